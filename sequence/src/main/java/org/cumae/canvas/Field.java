package org.cumae.canvas;

import org.cumae.Check;

/// The variables of one type at one moment.
///
/// @param type their type
/// @param moment when
/// @param pointers the ids that name them, one a cell in raster order; moments of a type may share
///   them, since the position tells the moment
public record Field(TokenType type, Moment moment, Span pointers) {
    /// Checks that each cell has a pointer.
    ///
    /// @throws IllegalArgumentException naming both numbers
    public Field {
        Check.argument(
                pointers.size() == type.cells(),
                "type %s has %d cells and pointers %s, which are %d; each cell needs one",
                type.name(),
                type.cells(),
                pointers,
                pointers.size());
    }

    /// How many positions it takes: of each cell, the pointer's and the codes'.
    int positions() {
        return type.cells() * (type.levels() + 1);
    }
}
