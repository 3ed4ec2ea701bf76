package org.cumae.train.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.cumae.train.Batches;
import org.cumae.train.TrainingException;
import org.cumae.train.text.Windows.WindowBatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/// A text reaches the model whole, and what cannot be learned from is refused in words.
class WindowsTest {
    @TempDir private Path folder;

    private static int[] line(int length) {
        return IntStream.range(0, length).toArray();
    }

    @Test
    void anEpochVisitsEachWindowOnce() {
        Batches<WindowBatch> batches = Windows.shuffled(line(101), 3, 10, 1);
        for (int epoch = 0; epoch < 4; epoch++) {
            Set<Integer> starts = new HashSet<>();
            for (int number = 0; number < 3; number++) { // 9 windows, 3 a batch
                WindowBatch batch = batches.at(3L * epoch + number);
                for (int row = 0; row < 3; row++) {
                    int start = batch.ids()[row * 11];
                    starts.add(start);
                    assertThat(batch.ids()[row * 11 + 10]).isEqualTo(start + 10);
                }
            }
            assertThat(starts).hasSize(9);
            assertThat(starts.stream().mapToInt(s -> s % 10).distinct().count()).isEqualTo(1);
        }
    }

    @Test
    void aBatchIsAFunctionOfItsNumber() {
        Batches<WindowBatch> forward = Windows.shuffled(line(101), 3, 10, 1);
        Batches<WindowBatch> again = Windows.shuffled(line(101), 3, 10, 1);
        forward.at(0);
        WindowBatch late = forward.at(1_000_000);
        assertThat(again.at(1_000_000)).isEqualTo(late);
        assertThat(again.at(1_000_003)).isNotEqualTo(late);
        assertThat(Windows.shuffled(line(101), 3, 10, 2).at(1_000_000)).isNotEqualTo(late);
    }

    @Test
    void heldOutTokensArePredictedOnce() {
        int[] tokens = line(38);
        Batches<WindowBatch> batches = Windows.inOrder(tokens, 2, 10);
        assertThat(Windows.batches(tokens, 2, 10)).isEqualTo(2);
        assertThat(batches.at(0).rows()).isEqualTo(2);
        assertThat(batches.at(1).rows()).isEqualTo(1);
        assertThat(batches.at(1).ids()[0]).isEqualTo(20);
        assertThat(batches.at(2)).isEqualTo(batches.at(0));
    }

    @Test
    void aTextThatIsTooShortIsRefused() {
        assertThatThrownBy(() -> Windows.shuffled(line(20), 3, 10, 1))
                .isInstanceOf(TrainingException.class)
                .hasMessageContaining("20 tokens")
                .hasMessageContaining("21");
        assertThatThrownBy(() -> Windows.inOrder(line(10), 3, 10))
                .isInstanceOf(TrainingException.class)
                .hasMessageContaining("10 tokens");
    }

    @Test
    void aFileThatIsNoTextIsRefused() throws IOException {
        Path file = folder.resolve("text.txt");
        assertThatThrownBy(() -> TextCorpus.read(file, 0.1)).hasMessageContaining("no text at");
        Files.createFile(file);
        assertThatThrownBy(() -> TextCorpus.read(file, 0.1)).hasMessageContaining("is empty");
        Files.write(file, new byte[] {'a', 'b', (byte) 0xFF, 'c'});
        assertThatThrownBy(() -> TextCorpus.read(file, 0.1))
                .hasMessageContaining("byte 0xFF at offset 2");
        Files.write(file, new byte[] {'a', 'b', (byte) 0xC3});
        assertThatThrownBy(() -> TextCorpus.read(file, 0.1)).hasMessageContaining("0xC3");
    }

    @Test
    void aCharacterIsNotCutInTwo() throws IOException {
        Path file = folder.resolve("text.txt");
        Files.writeString(file, "a\uD83C\uDF43b\uD83C\uDF43", StandardCharsets.UTF_8);
        for (double share = 0.05; share < 1; share += 0.05) {
            TextCorpus corpus = TextCorpus.read(file, share);
            assertThat(corpus.training() + corpus.heldOut())
                    .isEqualTo("a\uD83C\uDF43b\uD83C\uDF43");
            assertThat(corpus.heldOut()).doesNotStartWith("\uDF43");
        }
    }

    @Test
    void partsOfABatchAreItsWindows() {
        WindowBatch batch = Windows.inOrder(line(101), 7, 10).at(0);
        List<WindowBatch> parts = batch.parts(3);
        assertThat(parts).extracting(WindowBatch::rows).containsExactly(2, 2, 3);
        assertThat(parts.stream().flatMapToInt(part -> IntStream.of(part.ids())).toArray())
                .isEqualTo(batch.ids());
        assertThat(batch.parts(64)).hasSize(7);
        assertThat(batch.parts(1)).containsExactly(batch);
    }
}
