package org.cumae.canvas;

import org.cumae.Check;

import java.util.List;

/// A kind of variable: image patches, motion between two frames, a line of text, an action.
///
/// Its variables lie on a grid, the same at each [Moment]; text is a grid of one row, a camera's
/// motion one of a single cell. A variable's value is one code a level, coarse first; levels may
/// share a range of ids.
///
/// @param name what users and messages call it
/// @param rows of the grid
/// @param columns of the grid
/// @param codes the ids of each level's codes
public record TokenType(String name, int rows, int columns, List<Span> codes) {
    /// Copies the list.
    ///
    /// @throws IllegalArgumentException if the name is blank, the grid empty, there is no level, or
    ///   two levels' ranges overlap without being the same
    public TokenType {
        codes = List.copyOf(codes);
        Check.argument(!name.isBlank(), "a token type has no name; give it one");
        Check.argument(
                rows > 0 && columns > 0,
                "type %s has a grid of %d rows and %d columns; both must be 1 or more",
                name,
                rows,
                columns);
        Check.argument(!codes.isEmpty(), "type %s has no code level; it needs one or more", name);
        for (Span one : codes) {
            for (Span other : codes) {
                Check.argument(
                        one.equals(other) || !one.overlaps(other),
                        "type %s has levels with codes %s and %s; levels share a range or do not"
                                + " overlap",
                        name,
                        one,
                        other);
            }
        }
    }

    /// How many codes a value has.
    public int levels() {
        return codes.size();
    }

    /// How many variables there are at a moment.
    public int cells() {
        return rows * columns;
    }
}
