package org.cumae.canvas;

import org.cumae.Check;

/// The variables of one type at one moment.
///
/// @param type their type
/// @param moment when
/// @param pointers the ids that name them, one a cell in raster order, or a single one for all of
///   them: the mask id of a model that knows a cell by its position; moments of a type may share
///   them, since the position tells the moment
public record Field(TokenType type, Moment moment, Span pointers) {
    /// Checks that each cell has a pointer, or all of them have one.
    ///
    /// @throws IllegalArgumentException naming both numbers
    public Field {
        Check.argument(
                pointers.size() == type.cells() || pointers.size() == 1,
                "type %s has %d cells and pointers %s, which are %d; give each cell one, or all of them"
                        + " a single one",
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
