package org.cumae.reproduce.diffusion;

import org.cumae.data.DataFolder;
import org.cumae.recipe.TextRecipe;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/// Crystals of the data set perov-5 that the bundled models have not learned from, and whether what
/// is written of one agrees with itself: a CIF says the same thing several times, so who writes it
/// can be caught.
public final class Crystals {
    /// What ends one: an empty line.
    public static final String END = "\n\n";

    /// The most tokens of one, in the bundled models' vocabulary.
    public static final int LONGEST = 420;

    private static final String FILE = "materials/perov_5-val.csv"; // as in recipes/crystals.yaml
    private static final TextRecipe.Data DATA = new TextRecipe.Data(FILE, Optional.of("cif"), 0.1);

    private static final Pattern ELEMENT = Pattern.compile("([A-Z][a-z]?)([0-9]*)");
    private static final double TOLERANCE = 0.01; // of a volume; the product is seldom worked out

    private Crystals() {}

    /// What the texts of some begin with, all up to their names, evenly spaced.
    ///
    /// @throws org.cumae.data.DataException if the data set is not here and cannot be fetched
    public static List<String> beginnings(int count) {
        Path file = DataFolder.standard().find(FILE, (_, _) -> {});
        List<String> cifs = List.of(DATA.corpus(file).heldOut().split(END));
        return IntStream.range(0, count)
                .mapToObj(i -> cifs.get(i * (cifs.size() / count)))
                .flatMap(cif -> beginning(cif).stream())
                .toList();
    }

    /// What a crystal's text begins with: all up to its name.
    static Optional<String> beginning(String cif) {
        int name = cif.indexOf("data_");
        int end = cif.indexOf('\n', Math.max(name, 0));
        return name < 0 || end < 0 ? Optional.empty() : Optional.of(cif.substring(0, end + 1));
    }

    /// Whether a text, with what it began with, is a whole crystal whose parts agree: its name, its
    /// formulas and its sites have the same elements, and its volume is that of its cell.
    public static boolean agrees(String beginning, String text) {
        String cif = beginning + text;
        Optional<Map<String, Integer>> name = formula(field(cif, "data_").orElse(""));
        return name.isPresent()
                && name.equals(formula(field(cif, "_chemical_formula_structural").orElse("")))
                && name.equals(
                        formula(
                                field(cif, "_chemical_formula_sum")
                                        .orElse("")
                                        .replaceAll("[' ]", "")))
                && name.get().equals(sites(cif))
                && hasItsVolume(cif);
    }

    private static boolean hasItsVolume(String cif) {
        OptionalDouble volume = number(cif, "_cell_volume");
        double cell = 1;
        for (String side : List.of("a", "b", "c")) {
            OptionalDouble length = number(cif, "_cell_length_" + side);
            if (length.isEmpty()) {
                return false;
            }
            cell *= length.getAsDouble();
        }
        for (String angle : List.of("alpha", "beta", "gamma")) {
            OptionalDouble degrees = number(cif, "_cell_angle_" + angle);
            if (degrees.isEmpty() || Math.abs(degrees.getAsDouble() - 90) > 1e-6) {
                return false; // perovskites of this data are cubes
            }
        }
        return volume.isPresent() && Math.abs(volume.getAsDouble() / cell - 1) <= TOLERANCE;
    }

    private static Optional<String> field(String cif, String key) {
        return cif.lines()
                .filter(line -> line.startsWith(key))
                .map(line -> line.substring(key.length()).strip())
                .findFirst();
    }

    private static OptionalDouble number(String cif, String key) {
        try {
            return field(cif, key).stream().mapToDouble(Double::parseDouble).findFirst();
        } catch (NumberFormatException e) {
            return OptionalDouble.empty();
        }
    }

    /// Elements and how often they are there; empty if that is no formula.
    private static Optional<Map<String, Integer>> formula(String text) {
        Map<String, Integer> counts = new HashMap<>();
        Matcher element = ELEMENT.matcher(text);
        int end = 0;
        while (element.find() && element.start() == end) {
            String number = element.group(2);
            if (number.length() > 2) {
                return Optional.empty();
            }
            counts.merge(
                    element.group(1),
                    number.isEmpty() ? 1 : Integer.parseInt(number),
                    Integer::sum);
            end = element.end();
        }
        return end == text.length() && !counts.isEmpty() ? Optional.of(counts) : Optional.empty();
    }

    /// Elements of the sites: rows of seven fields, three of them places in the cell.
    private static Map<String, Integer> sites(String cif) {
        Map<String, Integer> counts = new HashMap<>();
        List<String> labels = new ArrayList<>();
        int begin = cif.indexOf("_atom_site_occupancy");
        for (String line :
                begin < 0 ? List.<String>of() : cif.substring(begin).lines().skip(1).toList()) {
            String[] fields = line.strip().split("\\s+");
            boolean isSite = fields.length == 7 && !labels.contains(fields[1]);
            for (int i = 3; isSite && i < 6; i++) {
                isSite = fields[i].matches("-?[0-9]\\.[0-9]+");
            }
            if (!isSite) {
                return line.isBlank() ? counts : Map.of();
            }
            labels.add(fields[1]);
            counts.merge(fields[0], 1, Integer::sum);
        }
        return counts;
    }
}
