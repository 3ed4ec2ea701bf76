package org.cumae.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.cumae.canvas.Address;
import org.cumae.canvas.Canvas;
import org.cumae.canvas.Layout;
import org.cumae.canvas.Moment;
import org.cumae.canvas.TokenType;
import org.cumae.net.Backbone;
import org.cumae.net.Mixing;
import org.cumae.net.Positions;
import org.cumae.net.TransformerConfig;
import org.cumae.psi.Book;
import org.cumae.psi.Cell;
import org.cumae.psi.Inquiry;
import org.cumae.psi.Poke;
import org.cumae.psi.Raster;
import org.cumae.psi.Tracing;
import org.cumae.psi.World;
import org.cumae.train.world.PointerCodes;
import org.cumae.unit.patch.PatchTraining;
import org.cumae.weights.TensorType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// A world with a net behind it is asked as one whose law is known.
class WorldFolderTest {
    private static final Moment.Frame FIRST = new Moment.Frame(0);
    private static final Moment.Frame SECOND = new Moment.Frame(1);
    private static final Moment.Pair NEXT = new Moment.Pair(0, 1);
    private static final Layout LAYOUT =
            Layout.EMPTY
                    .plus("rgb", 4, 4, List.of(8, 4), FIRST, SECOND)
                    .plus("f", 4, 4, List.of(9), NEXT);

    @TempDir private Path folder;

    private static Raster picture(int seed) {
        return Raster.of(16, 16, 3, (y, x, c) -> ((y * 7 + x * 3 + c * 5 + seed * 11) % 17) / 17.0);
    }

    private static TokenType type(String name) {
        return LAYOUT.fields().stream()
                .map(field -> field.type())
                .filter(type -> type.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private void write() {
        TransformerConfig config =
                new TransformerConfig(
                        "small",
                        TransformerConfig.POINTERS,
                        LAYOUT.vocabulary(),
                        32,
                        2,
                        2,
                        16,
                        48,
                        512,
                        Mixing.attention(2),
                        TransformerConfig.NormKind.RMS,
                        1e-5,
                        new Positions.Rotary(
                                10_000, Positions.Pairing.HALVES, new Positions.Scaling.None()),
                        TransformerConfig.Activation.SWIGLU,
                        Set.of(),
                        false,
                        false);
        float[][] motions = new float[9][];
        for (int i = 0; i < 9; i++) {
            motions[i] = new float[] {4 * (i % 3 - 1), 4 * (i / 3 - 1)};
        }
        Book rgb =
                PatchTraining.DEFAULT.learn(
                        type("rgb"), 4, List.of(picture(0), picture(1), picture(2)));
        try (Backbone backbone = Backbone.fresh(config, 1)) {
            new PointerCodes(backbone, LAYOUT, 0, TensorType.F32).save(folder);
        }
        WorldFolder.describe(
                LAYOUT, Map.of("rgb", rgb, "f", Book.of(type("f"), motions)), List.of(), folder);
    }

    @Test
    void aFolderIsOpenedAndAskedLikeAnyWorld() {
        write();
        try (OpenWorld open = Worlds.open(folder.toString())) {
            World world = open.world();
            assertThat(world.layout()).isEqualTo(LAYOUT);
            Canvas seen = open.pictured(List.of(picture(3), picture(4)));
            Inquiry.Outcome drawn =
                    Inquiry.of(world, "rgb0,f01[1,1]->f01:par,rgb1:s2p=4", told(world, seen), 5)
                            .run();
            assertThat(drawn.written()).hasSize(15 + 16);
            assertThat(world.raster(drawn.canvas(), "rgb", SECOND).rows()).isEqualTo(16);
            Poke poke = new Poke(new Cell(1, 1), 4, 0);
            assertThat(poke.motion(world, seen).expected().at(1, 1, 0)).isEqualTo(4);
            Tracing.Traces traces =
                    Tracing.DEFAULT.trace(
                            world,
                            open.frames(seen, 2),
                            List.of(
                                    new Address("rgb", FIRST, 1, 1),
                                    new Address("rgb", FIRST, 2, 2)));
            assertThat(traces.traces()).hasSize(2);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> open.scenes().apply(1))
                    .withMessageContaining("show it pictures");
        }
    }

    private static Canvas told(World world, Canvas seen) {
        Canvas more = seen.copy();
        int still = world.book("f").codes(new float[2]).get(0);
        return more.observe(new Address("f", NEXT, 1, 1), still);
    }

    @Test
    void anotherBookIsRefused() throws IOException {
        write();
        Path file = folder.resolve("world.json");
        String text = Files.readString(file);
        String print = text.replaceAll("(?s).*\"rgb\" : \"([0-9a-f]+)\".*", "$1");
        Files.writeString(file, text.replace(print, "0".repeat(64)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> WorldFolder.open(folder))
                .withMessageContaining("not the one that the model was trained with");
        Files.writeString(file, "{");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> WorldFolder.open(folder))
                .withMessageContaining("world.json");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> WorldFolder.open(folder.resolve("nowhere")))
                .withMessageContaining("holds no world");
    }
}
