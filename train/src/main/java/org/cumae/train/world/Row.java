package org.cumae.train.world;

import org.cumae.Check;
import org.cumae.canvas.Element;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Patches in the order in which they are told.
///
/// @param patches all of them
/// @param given how many of the first are told and not learned; the very first never is
public record Row(List<Element> patches, int given) {
    /// Copies the list.
    public Row {
        patches = List.copyOf(patches);
        Check.argument(
                given >= 0 && given <= patches.size(),
                "%d of %d patches are given",
                given,
                patches.size());
    }

    /// A row of which all but the first patch is learned.
    public static Row of(List<Element> patches) {
        return new Row(patches, 0);
    }

    /// The same without what is told of some types.
    public Row untold(Set<String> types) {
        List<Element> left = new ArrayList<>();
        int told = 0;
        for (int i = 0; i < patches.size(); i++) {
            if (i >= given || !types.contains(patches.get(i).address().type())) {
                left.add(patches.get(i));
                told += i < given ? 1 : 0;
            }
        }
        return new Row(left, told);
    }

    /// Whether there is something to learn in it.
    boolean isLearned() {
        return patches.size() > Math.max(1, given);
    }

    /// How many tokens it has: of each patch a pointer and its codes.
    int tokens() {
        return tokens(patches);
    }

    static int tokens(List<Element> patches) {
        return patches.stream().mapToInt(each -> each.codes().size() + 1).sum();
    }
}
