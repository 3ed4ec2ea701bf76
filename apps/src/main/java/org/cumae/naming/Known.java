package org.cumae.naming;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// A closed set of names of one kind: models, data sets, keys of a recipe.
///
/// @param kind what they name, as messages should say it: `model`, `data set`
/// @param names the known names
public record Known(String kind, List<String> names) {
    private static final int MOST_LISTED = 40;

    /// Copies and sorts the names.
    public Known {
        names = names.stream().sorted().toList();
    }

    /// The names of one kind.
    public static Known of(String kind, Collection<String> names) {
        return new Known(kind, List.copyOf(names));
    }

    /// Refuses an unknown name.
    ///
    /// @return the name itself
    /// @throws UnknownNameException naming what was probably meant, and the known names
    public String require(String name) {
        if (!names.contains(name)) {
            throw refusal(name);
        }
        return name;
    }

    /// What to throw at an unknown name.
    public UnknownNameException refusal(String name) {
        return new UnknownNameException(words(name));
    }

    /// What to say of an unknown name: that it is unknown, the nearest one, and the known ones.
    public String words(String name) {
        String meant = nearest(name).map("; did you mean '%s'?"::formatted).orElse(";");
        return "there is no %s '%s'%s known: %s".formatted(kind, name, meant, list());
    }

    /// The known name that looks most like the given one, if any is near enough.
    public Optional<String> nearest(String name) {
        int limit = Math.max(2, name.length() / 3);
        return names.stream()
                .min(Comparator.comparingInt(known -> distance(name, known)))
                .filter(known -> distance(name, known) <= limit);
    }

    private String list() {
        if (names.isEmpty()) {
            return "none";
        }
        String listed = String.join(", ", names.subList(0, Math.min(MOST_LISTED, names.size())));
        return names.size() > MOST_LISTED ? listed + ", ..." : listed;
    }

    /// How many letters must be put in, taken out, replaced or swapped with their neighbour.
    static int distance(String left, String right) {
        String a = left.toLowerCase(Locale.ROOT);
        String b = right.toLowerCase(Locale.ROOT);
        int[][] cost = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                cost[i][j] = i == 0 || j == 0 ? i + j : cheapest(cost, a, b, i, j);
            }
        }
        return cost[a.length()][b.length()];
    }

    private static int cheapest(int[][] cost, String a, String b, int i, int j) {
        int replaced = cost[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        int moved = 1 + Math.min(cost[i - 1][j], cost[i][j - 1]);
        boolean swapped =
                i > 1
                        && j > 1
                        && a.charAt(i - 1) == b.charAt(j - 2)
                        && a.charAt(i - 2) == b.charAt(j - 1);
        int best = Math.min(replaced, moved);
        return swapped ? Math.min(best, 1 + cost[i - 2][j - 2]) : best;
    }
}
