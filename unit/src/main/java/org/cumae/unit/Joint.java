package org.cumae.unit;

/// One step from pieces to text: takes pieces in order and hands on what is certain.
interface Joint {
    void piece(String piece);

    /// Says that no piece comes any more.
    default void end() {}
}
