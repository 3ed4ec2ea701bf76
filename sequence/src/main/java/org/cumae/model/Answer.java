package org.cumae.model;

import org.cumae.Check;
import org.cumae.distribution.Categorical;
import org.cumae.distribution.Excerpt;
import org.cumae.distribution.Finding;
import org.cumae.distribution.Vector;

import java.util.List;

/// What a model found, one finding for each want of the query, in their order.
///
/// @param findings as many as the query's wants
public record Answer(List<Finding> findings) {
    /// Copies the list.
    public Answer {
        findings = List.copyOf(findings);
    }

    /// The only categorical law that was asked for.
    public Categorical categorical() {
        Check.state(findings.size() == 1, "the answer holds %d findings, not one", findings.size());
        return categorical(0);
    }

    /// The categorical law at an index of the wants.
    public Categorical categorical(int index) {
        return as(Categorical.class, index);
    }

    /// The excerpt at an index of the wants.
    public Excerpt excerpt(int index) {
        return as(Excerpt.class, index);
    }

    /// The vector at an index of the wants.
    public Vector vector(int index) {
        return as(Vector.class, index);
    }

    private <T extends Finding> T as(Class<T> kind, int index) {
        Finding finding = findings.get(index);
        Check.state(
                kind.isInstance(finding),
                "finding %d is a %s, not a %s; ask for another want",
                index,
                finding.getClass().getSimpleName(),
                kind.getSimpleName());
        return kind.cast(finding);
    }
}
