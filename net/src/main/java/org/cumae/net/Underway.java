package org.cumae.net;

import org.cumae.distribution.Finding;
import org.cumae.distribution.Vector;
import org.cumae.model.Want;

import java.util.List;
import java.util.stream.Stream;

/// [Ways] as they are answered, row by row.
///
/// @param velocities of the rows
/// @param widths of noise, same; none where nobody wants any
record Underway(List<Vector> velocities, List<Vector> widths) {
    /// @param wants all that are to be answered
    static Underway of(Ways ways, Stream<Want> wants) {
        boolean wide = wants.anyMatch(Want.Width.class::isInstance);
        return new Underway(
                Findings.vectors(ways.velocities()),
                wide ? Findings.vectors(ways.widths().orElseThrow()) : List.of());
    }

    /// The answer to a want of a row.
    Finding of(Want want, int row) {
        return want instanceof Want.Width ? widths.get(row) : velocities.get(row);
    }
}
