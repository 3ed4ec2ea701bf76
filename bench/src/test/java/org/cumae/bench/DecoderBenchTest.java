package org.cumae.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.cumae.naming.UnknownNameException;
import org.cumae.weights.RandomModel;
import org.cumae.weights.TensorType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// The bench on models so small that its figures mean nothing, but for those that are not times.
class DecoderBenchTest {
    @TempDir private Path folder;

    private String model(int seed) {
        Path file = folder.resolve("tiny-%d.gguf".formatted(seed));
        new RandomModel(32, 1, 2, 2, 48, 300, TensorType.F32, seed).write(file);
        return file.toString();
    }

    private static final DecoderWork WORK =
            new DecoderWork(
                    List.of("one", "another"),
                    12,
                    List.of(),
                    0,
                    Optional.of((prompt, _) -> prompt.equals("one")));

    private static DecoderReport run(DecoderWork work, String... arms) {
        return new DecoderBench(
                        Arrays.stream(arms).map(arm -> DecoderArm.parse(arm, 3)).toList(),
                        work,
                        3,
                        1,
                        new DecoderBench.Pace(
                                Duration.ofMillis(50),
                                new Timing(Duration.ZERO, 1, Duration.ofSeconds(5))),
                        _ -> {})
                .run();
    }

    @Test
    void everyWayIsHeldAgainstTheFirst() {
        String one = model(1);
        String other = model(2);
        List<DecoderRow> rows =
                run(
                                WORK,
                                one,
                                one + "=speculative:" + one + ",match,3",
                                other,
                                one + "=2*sequential + 1*beam:2")
                        .rows();
        assertThat(rows).hasSize(4);
        for (DecoderRow row : rows.subList(0, 3)) {
            assertThat(row.exact()).isTrue();
            assertThat(row.right()).isEqualTo(0.5);
            assertThat(row.alone()).isPositive();
            assertThat(row.surprise()).isPositive();
        }
        DecoderRow plain = rows.getFirst();
        assertThat(plain.tokensPerPass()).isEqualTo(1);
        assertThat(plain.rowsPerPass()).isEqualTo(1);
        assertThat(plain.rowCost()).isEqualTo(1);
        assertThat(plain.same()).isEqualTo(1);
        DecoderRow drafted = rows.get(1);
        assertThat(drafted.same()).as("an exact decoder writes the same").isEqualTo(1);
        assertThat(drafted.surprise()).isCloseTo(plain.surprise(), within(1e-9));
        // its own draft: one token behind the prompt, then four a pass
        assertThat(drafted.passes()).isEqualTo(4);
        assertThat(drafted.tokensPerPass()).isEqualTo(3);
        assertThat(drafted.rowsPerPass()).isBetween(2.0, 4.0);
        assertThat(rows.get(2).same()).as("another model does not").isZero();
        DecoderRow mixed = rows.get(3);
        assertThat(mixed.together()).isPositive();
        assertThat(mixed.alone()).isNaN();
        assertThat(mixed.passes()).isNaN();
    }

    @Test
    void armsAreReadAsTheyAreWritten() {
        DecoderArm mixed =
                DecoderArm.parse("m=8*sequential + 4*block-diffusion:theta=0.8,block=4", 16);
        assertThat(mixed.model()).isEqualTo("m");
        assertThat(mixed.parts()).extracting(DecoderArm.Part::count).containsExactly(8, 4);
        assertThat(mixed.parts().getLast().decoder().settings())
                .containsEntry("theta", "0.8")
                .containsEntry("block", "4");
        assertThat(DecoderArm.parse("m", 16).parts())
                .extracting(DecoderArm.Part::count)
                .containsExactly(16);
        assertThatThrownBy(() -> DecoderArm.parse("m=sequential + 4*beam", 16))
                .hasMessageContaining("'sequential'")
                .hasMessageContaining("does not say how many");
        assertThatThrownBy(() -> DecoderArm.parse("m=0*sequential + 4*beam", 16))
                .hasMessageContaining("'0'");
        assertThatThrownBy(() -> DecoderArm.parse("m=psychic", 16)).hasMessageContaining("psychic");
    }

    @Test
    void whatCannotBeHeldAgainstIsRefused() {
        String one = model(1);
        assertThatThrownBy(() -> run(WORK, one + "=1*sequential + 1*beam"))
                .hasMessageContaining("begin with a model and one decoder");
        assertThatThrownBy(() -> run(WORK, folder.resolve("none.gguf").toString()))
                .isInstanceOf(UnknownNameException.class);
        assertThatThrownBy(() -> new DecoderWork(List.of(), 1, List.of(), 0, Optional.empty()))
                .hasMessageContaining("no prompts");
    }
}
