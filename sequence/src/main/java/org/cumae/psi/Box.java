package org.cumae.psi;

import org.cumae.Check;

/// An upright rectangle of a picture, its edges at any real number of pixels.
///
/// @param top the upper edge
/// @param left the left edge
/// @param height downwards
/// @param width to the right
public record Box(double top, double left, double height, double width) {
    /// Checks the sides.
    public Box {
        Check.argument(
                height > 0 && width > 0,
                "a box of height %s and width %s; both must be positive",
                height,
                width);
    }

    /// All of a picture.
    public static Box all(Raster picture) {
        return new Box(0, 0, picture.rows(), picture.columns());
    }

    /// A smaller box of the same shape around a point, moved as little as keeps it inside this one.
    ///
    /// @param share of the sides, in (0, 1]
    /// @param y of the point
    /// @param x of the point
    public Box around(double share, double y, double x) {
        Check.argument(share > 0 && share <= 1, "the share is %s; it must lie in (0, 1]", share);
        double high = height * share;
        double wide = width * share;
        return new Box(
                Math.clamp(y - high / 2, top, top + height - high),
                Math.clamp(x - wide / 2, left, left + width - wide),
                high,
                wide);
    }

    /// Where a row of the picture is in this box, as a share of its height.
    public double down(double y) {
        return (y - top) / height;
    }

    /// Where a column of the picture is in this box, as a share of its width.
    public double across(double x) {
        return (x - left) / width;
    }

    /// The row of the picture at a share of the height.
    public double y(double down) {
        return top + down * height;
    }

    /// The column of the picture at a share of the width.
    public double x(double across) {
        return left + across * width;
    }
}
