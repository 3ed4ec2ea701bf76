package org.cumae.reproduce.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.cumae.data.DataFolder;
import org.cumae.recipe.TextRecipe;
import org.junit.jupiter.api.Test;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// What catches a crystal that does not agree with itself, on real ones and on such with a planted
/// fault.
class CrystalsTest {
    private static List<String> real() {
        Path file = DataFolder.standard().root().resolve("materials/perov_5-val.csv");
        assumeTrue(Files.exists(file), "needs data: " + file);
        TextRecipe.Data data = new TextRecipe.Data("", Optional.of("cif"), 0.1);
        return List.of(data.corpus(file).heldOut().split(Crystals.END));
    }

    private static boolean agrees(String cif) {
        String beginning = Crystals.beginning(cif).orElseThrow();
        return Crystals.agrees(beginning, cif.substring(beginning.length()));
    }

    @Test
    void realCrystalsAgree() {
        List<String> cifs = real();
        assertThat(cifs).hasSizeGreaterThan(300);
        assertThat(cifs).allMatch(CrystalsTest::agrees);
    }

    @Test
    void faultsAreCaught() {
        for (String cif : real().subList(0, 50)) {
            String name =
                    Crystals.beginning(cif).orElseThrow().strip().replaceFirst("(?s).*data_", "");
            String volume =
                    cif.lines().filter(l -> l.startsWith("_cell_volume")).findFirst().orElseThrow();
            List<String> sites = cif.lines().filter(line -> line.startsWith("  ")).toList();
            List<String> faults =
                    List.of(
                            cif.replace("data_" + name, "data_" + name + "Xe"),
                            cif.replaceFirst("_chemical_formula_sum +'", "$0Xe1 "),
                            cif.replace(volume, "_cell_volume   12.3"),
                            cif.replace(volume, "_cell_volume   much"),
                            cif.replaceFirst("_cell_length_b +[0-9]", "$01"),
                            cif.replaceFirst("_cell_length_c.*", ""),
                            cif.replaceFirst("_cell_angle_beta +90", "_cell_angle_beta   80"),
                            cif.replace(sites.getLast(), ""),
                            cif.replace(sites.getLast(), sites.getLast() + "\n" + sites.getLast()),
                            cif.replace(sites.getLast(), sites.getLast().replace(".", "..")),
                            cif.replace(sites.getLast(), "  Xe" + sites.getLast().substring(4)),
                            cif.substring(0, cif.length() / 2));
            for (int i = 0; i < faults.size(); i++) {
                assertThat(faults.get(i)).as("fault %d", i).isNotEqualTo(cif);
                assertThat(agrees(faults.get(i))).as("fault %d of %s", i, cif).isFalse();
            }
        }
    }

    @Test
    void whatIsNoCrystalHasNoBeginning() {
        assertThat(Crystals.beginning("no such thing")).isEmpty();
        assertThat(Crystals.agrees("", "")).isFalse();
        assertThat(Crystals.agrees("# x\ndata_\n", "_atom_site_occupancy\n")).isFalse();
    }
}
