package org.cumae.reproduce;

import org.cumae.Check;

import java.util.List;

/// What trying a claim gave.
///
/// @param baseline what the method is compared with, in the same run
/// @param measured the method
/// @param holds whether the claim holds at this scale
/// @param table all figures of the run that a reader should see, the two above among them or not
public record Outcome(Figure baseline, Figure measured, boolean holds, List<Figure> table) {
    /// Refuses to compare numbers of two units.
    public Outcome {
        Check.argument(
                baseline.unit().equals(measured.unit()),
                "the baseline is in %s and the method in %s; give both in one unit",
                baseline.unit(),
                measured.unit());
        table = List.copyOf(table);
    }
}
