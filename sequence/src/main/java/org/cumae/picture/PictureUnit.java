package org.cumae.picture;

/// What a picture of one size is made of: codes, or real vectors.
public sealed interface PictureUnit permits PictureCode, Latent {
    /// Rows of a picture, in pixels.
    int rows();

    /// Columns of a picture, in pixels.
    int columns();

    /// Colours of a pixel: 1 or 3.
    int channels();

    /// How many codes or vectors a picture has.
    int length();
}
