package org.cumae.canvas;

/// Where a variable lives.
///
/// @param type its type's name
/// @param moment when
/// @param y row of the type's grid
/// @param x column of the type's grid
public record Address(String type, Moment moment, int y, int x) {
    /// The only cell of a 1 x 1 grid, of no frame.
    public static Address of(String type) {
        return new Address(type, Moment.ALWAYS, 0, 0);
    }

    /// A place in a line of no frame: a word of a text.
    public static Address of(String type, int x) {
        return new Address(type, Moment.ALWAYS, 0, x);
    }

    @Override
    public String toString() {
        return "%s%s(%d, %d)".formatted(type, moment, y, x);
    }
}
