package org.cumae.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// What is not a weight file is turned away at the door, and told what it looks like.
class DoorTest {
    private static final byte[] ONE =
            SafetensorsRefusalTest.file(SafetensorsRefusalTest.tensor("a", "F32", "[1]", 0, 4), 4);

    @TempDir Path folder;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "m.gguf | '' | empty",
                "m.safetensors | '' | empty",
                "m.safetensors | 'abc' | only 3 bytes",
                "m.gguf | 'GGU' | only 3 bytes",
                "m.gguf | 'GGUX and more' | letters GGUF",
                "m.safetensors | 'version https://git-lfs.github.com/spec/v1' | Git-LFS pointer",
                "m.gguf | '  <!DOCTYPE html><html>' | HTML page",
                "pytorch_model.bin | 'PK\u0003\u0004 and more' | convert it to safetensors",
                "model.pt | '\u0080\u0002 and more' | convert it to safetensors",
                "model.ckpt | 'what is this' | convert it to safetensors",
                "m.gguf | 'FUGG and more' | byte-swapped",
                "m.bin | 'tjgg and more' | before GGUF",
                "config.json | '{\"model_type\": \"llama\"}' | looks like JSON",
                "notes.txt | 'weights of the world' | begins like neither",
            })
    void otherFilesAreToldWhatTheyLookLike(String name, String content, String word)
            throws IOException {
        Path path = folder.resolve(name);
        Files.write(path, content.getBytes(StandardCharsets.ISO_8859_1));
        refused(path, "is not a safetensors or GGUF file", word);
    }

    @Test
    void aMissingFileIsNamed() {
        refused(folder.resolve("none.gguf"), "none.gguf", "no such file");
    }

    @Test
    void anUnreadableFileIsNamed() throws IOException {
        Path path = Files.write(folder.resolve("m.safetensors"), ONE);
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("---------"));
        assumeFalse(Files.isReadable(path), "this user may read everything");
        refused(path, "permissions");
    }

    @Test
    @Timeout(value = 10, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void pipesAndDevicesAreRefusedWithoutWaiting() throws Exception {
        Path pipe = folder.resolve("pipe.gguf");
        assumeTrue(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor() == 0);
        refused(pipe, "pipe");
        refused(Path.of("/dev/zero"), "device");
    }

    @ParameterizedTest
    @ValueSource(strings = {"with spaces", "Сивилла 予言", "a'b\"c"})
    void oddNamesWork(String name) throws IOException {
        Path path = Files.write(folder.resolve(name + ".safetensors"), ONE);
        try (WeightFile file = WeightFile.open(path)) {
            assertThat(file.names()).containsExactly("a");
        }
    }

    /// Lengths whose first two bytes are those with which pickles of protocols 0, 4 and 5 and gzip
    /// files begin.
    @ParameterizedTest
    @ValueSource(ints = {128, 1152, 1408, 35615})
    void aHeaderOfAnyLengthIsRead(int length) throws IOException {
        String header = SafetensorsRefusalTest.tensor("a", "F32", "[1]", 0, 4);
        String padded = header + " ".repeat(length - header.length());
        Path path = folder.resolve("m.safetensors");
        Files.write(path, SafetensorsRefusalTest.file(padded, 4));
        try (WeightFile file = WeightFile.open(path)) {
            assertThat(file.names()).containsExactly("a");
        }
    }

    @Test
    void aDirectoryOfPicklesIsToldToConvert() throws IOException {
        Files.write(folder.resolve("pytorch_model.bin"), ONE);
        refused(folder, "'pytorch_model.bin'", "convert it to safetensors");
    }

    @Test
    void aDirectoryWithoutWeightsSaysWhatItLacks() {
        refused(folder, "model.safetensors");
    }

    @Test
    void aFileCutWhileItIsReadGivesAnException() throws IOException {
        Path path = folder.resolve("long.safetensors");
        SafetensorsWriter.write(
                path,
                Map.of(),
                List.of(NewTensor.floats("a", List.of(1L << 20), new float[1 << 20])));
        try (WeightFile file = WeightFile.open(path)) {
            try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
                channel.truncate(1 << 20);
            }
            assertThatThrownBy(() -> file.floats("a"))
                    .isInstanceOf(WeightFileException.class)
                    .hasMessageContainingAll("was cut", "'a'", "open it again");
            try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
                channel.write(java.nio.ByteBuffer.allocate(1), 5 << 20);
            }
            assertThatThrownBy(() -> file.floats("a"))
                    .isInstanceOf(WeightFileException.class)
                    .hasMessageContainingAll("changed", "'a'");
        }
    }

    @Test
    void aClosedFileSaysSo() throws IOException {
        WeightFile file = WeightFile.open(Files.write(folder.resolve("m.safetensors"), ONE));
        file.close();
        assertThatThrownBy(() -> file.floats("a"))
                .isInstanceOf(WeightFileException.class)
                .hasMessageContaining("closed");
    }

    @Test
    void wrongQuestionsAreRefusedInWords() throws IOException {
        try (WeightFile file = WeightFile.open(Files.write(folder.resolve("m.safetensors"), ONE))) {
            assertThatThrownBy(() -> file.info("b")).hasMessageContaining("no tensor 'b'");
            assertThatThrownBy(
                            () -> file.readFloats("a", 0, 2, MemorySegment.ofArray(new float[2])))
                    .hasMessageContainingAll("rows [0, 2)", "has 1");
            assertThatThrownBy(() -> file.readFloats("a", MemorySegment.ofArray(new float[2])))
                    .hasMessageContainingAll("has 8 bytes", "needs 4");
            assertThatThrownBy(
                            () ->
                                    file.readBytesAndScales(
                                            "a",
                                            MemorySegment.ofArray(new byte[1]),
                                            MemorySegment.ofArray(new float[1])))
                    .hasMessageContainingAll("F32", "only Q8_0");
        }
    }

    @Test
    void anIndexMayOnlyNamePlainFilesBesideIt() throws IOException {
        Files.write(folder.resolve("ok.safetensors"), ONE);
        for (String name :
                List.of(
                        "../ok.safetensors",
                        "/etc/passwd.safetensors",
                        "sub/ok.safetensors",
                        "https://example.org/ok.safetensors",
                        "..\\\\ok.safetensors",
                        "C:ok.safetensors",
                        "ok.safetensors\\u0000",
                        "ok.bin",
                        ".",
                        "..",
                        "")) {
            index("{\"weight_map\":{\"a\":\"" + name + "\"}}");
            refused(folder, "'a'", "plain name");
        }
    }

    @Test
    void aMissingShardIsNamed() throws IOException {
        index("{\"weight_map\":{\"a\":\"gone.safetensors\"}}");
        refused(folder, "'a'", "'gone.safetensors'", "missing");
    }

    @Test
    void aLinkOutOfTheDirectoryIsRefused() throws IOException {
        Path outside = Files.createDirectory(folder.resolve("outside"));
        Path model = Files.createDirectory(folder.resolve("model"));
        Path target = Files.write(outside.resolve("x.safetensors"), ONE);
        Files.createSymbolicLink(model.resolve("model.safetensors"), target);
        refused(model, "link to", "outside its directory");
        Files.createDirectory(outside.resolve("m"));
        Files.writeString(
                outside.resolve("m/model.safetensors.index.json"),
                "{\"weight_map\":{\"a\":\"s.safetensors\"}}");
        Files.createSymbolicLink(outside.resolve("m/s.safetensors"), target);
        refused(outside.resolve("m"), "link to", "outside its directory");
    }

    @Test
    void theLinksOfADownloadCacheAreFollowed() throws IOException {
        Path blobs = Files.createDirectories(folder.resolve("models--x/blobs"));
        Path snapshot = Files.createDirectories(folder.resolve("models--x/snapshots/abc"));
        Files.write(blobs.resolve("123"), ONE);
        Files.createSymbolicLink(snapshot.resolve("model.safetensors"), Path.of("../../blobs/123"));
        try (WeightFile file = WeightFile.open(snapshot)) {
            assertThat(file.names()).containsExactly("a");
        }
    }

    @Test
    void oneShardUnderTwoNamesIsRefused() throws IOException {
        Files.write(folder.resolve("x.safetensors"), ONE);
        Files.createSymbolicLink(folder.resolve("y.safetensors"), Path.of("x.safetensors"));
        index("{\"weight_map\":{\"a\":\"x.safetensors\",\"b\":\"y.safetensors\"}}");
        refused(folder, "'x.safetensors'", "'y.safetensors'", "one and the same file");
    }

    @Test
    void anIndexThatContradictsItsShardsIsRefused() throws IOException {
        Files.write(folder.resolve("x.safetensors"), ONE);
        Files.write(folder.resolve("y.safetensors"), ONE);
        index("{\"weight_map\":{\"a\":\"x.safetensors\",\"b\":\"x.safetensors\"}}");
        refused(folder, "'b'", "in no shard");
        index("{\"weight_map\":{\"a\":\"x.safetensors\",\"a\":\"y.safetensors\"}}");
        refused(folder, "'a'", "stands twice");
        index("{\"weight_map\":{\"a\":\"x.safetensors\",\"b\":\"y.safetensors\"}}");
        refused(folder, "'a'", "x.safetensors", "y.safetensors");
        index("{\"weight_map\":{}}");
        refused(folder, "weight_map");
        index("{\"weight_map\":[]}");
        refused(folder, "weight_map");
    }

    @Test
    void anIndexWithoutEndIsRefused() throws IOException {
        Files.write(folder.resolve("x.safetensors"), ONE);
        StringBuilder rows = new StringBuilder("{\"weight_map\":{");
        for (int i = 0; i <= 1_000_000; i++) {
            rows.append('"').append(i).append("\":\"x.safetensors\",");
        }
        index(rows + "\"a\":\"x.safetensors\"}}");
        refused(folder, "1000000");
    }

    private void index(String json) throws IOException {
        Files.writeString(folder.resolve(ModelFolder.INDEX), json);
    }

    private static void refused(Path path, String... words) {
        assertThatThrownBy(() -> WeightFile.open(path).close())
                .isInstanceOf(WeightFileException.class)
                .hasMessageContainingAll(words);
    }
}
