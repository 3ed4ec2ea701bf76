package org.cumae.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// What is written is read back equal, and a failing disk leaves the old file or the new one.
class WritingTest {
    @TempDir Path folder;

    @ParameterizedTest
    @EnumSource(value = TensorType.class, mode = EnumSource.Mode.MATCH_NONE, names = "Q.*")
    void safetensorsComeBackEqualInEveryType(TensorType type) {
        byte[] bytes = new byte[6 * type.blockBytes()];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (i * 37);
        }
        Path path = folder.resolve("m.safetensors");
        SafetensorsWriter.write(
                path,
                Map.of("made", "by \"hand\" \u00e9"),
                List.of(
                        NewTensor.floats("odd \"name\" \u4e88", List.of(), 2.5f),
                        NewTensor.of(
                                "x", type, List.of(2L, 3L), () -> MemorySegment.ofArray(bytes))));
        try (WeightFile file = WeightFile.open(path)) {
            assertThat(file.metadata().text("made")).hasValue("by \"hand\" \u00e9");
            assertThat(file.info("x")).isEqualTo(TensorInfo.of("x", type, List.of(2L, 3L)));
            assertThat(file.floats("odd \"name\" \u4e88")).containsExactly(2.5f);
            byte[] again = new byte[bytes.length];
            file.read("x", MemorySegment.ofArray(again));
            assertThat(again).isEqualTo(bytes);
        }
    }

    @Test
    void shardsComeBackAsOneModel() throws IOException {
        List<NewTensor> tensors =
                List.of(
                        NewTensor.floats("a", List.of(3L), 1, 2, 3),
                        NewTensor.floats("b", List.of(5L), 1, 2, 3, 4, 5),
                        NewTensor.floats("c", List.of(2L), 6, 7));
        Path index = SafetensorsWriter.writeShards(folder, Map.of("format", "pt"), tensors, 20);
        assertThat(index).hasFileName("model.safetensors.index.json");
        try (WeightFile file = WeightFile.open(folder)) {
            assertThat(file.files())
                    .extracting(path -> path.getFileName().toString())
                    .containsExactly(
                            "model-00001-of-00003.safetensors",
                            "model-00002-of-00003.safetensors",
                            "model-00003-of-00003.safetensors");
            assertThat(file.floats("c")).containsExactly(6, 7);
        }
        assertThatThrownBy(() -> SafetensorsWriter.writeShards(folder, Map.of(), tensors, 20))
                .isInstanceOf(WeightFileException.class)
                .hasMessageContaining("new folder");
    }

    @Test
    void ggufMetadataComesBackEqual() {
        Map<String, MetadataValue> metadata = new LinkedHashMap<>();
        metadata.put("general.architecture", new MetadataValue.Text("llama"));
        metadata.put("flag", new MetadataValue.Flag(true));
        for (MetadataType type : MetadataType.values()) {
            if (type.isWhole()) {
                metadata.put("whole " + type, new MetadataValue.Whole(type, 97));
            } else if (type.isReal()) {
                metadata.put("real " + type, new MetadataValue.Real(type, 0.5));
            }
        }
        metadata.put("minus", new MetadataValue.Whole(MetadataType.I16, -5));
        metadata.put("texts", new MetadataValue.Texts(List.of("a", "", "\u4e88")));
        metadata.put("floats", MetadataValue.Numbers.of(1.5f, -2f));
        metadata.put("ints", MetadataValue.Numbers.of(1, -2, 3));
        Path path = folder.resolve("m.gguf");
        GgufWriter.write(path, metadata, List.of(NewTensor.floats("a", List.of(1L, 3L), 1, 2, 3)));
        try (WeightFile file = WeightFile.open(path)) {
            assertThat(file.metadata().values()).isEqualTo(metadata);
            assertThat(file.floats("a")).containsExactly(1, 2, 3);
            assertThat(file.info("a").shape()).containsExactly(1L, 3L);
        }
    }

    /// The hashes are those of the headers that an independent writer of the same layout gave for
    /// width 64, 3 layers, 4 heads, 96 inside, 700 tokens.
    @ParameterizedTest
    @CsvSource({
        "F32,  796352, 81d42a0764e9e9bf3ad3192a1b9929ca17a3af4869ade63b0616c753ead4cf8c",
        "F16,  408256, 3541e5df2c6e505afb8c6696d027fdae29e5c759fe084810d2e786805179f489",
        "Q8_0, 226368, ef0612d4d3d718a928aa08e96203efb109451bbe1da24927e9b48eef48e11438",
    })
    void aRandomModelHasTheKnownLayout(TensorType type, int length, String sha256)
            throws Exception {
        Path path = folder.resolve("r.gguf");
        RandomModel model = new RandomModel(64, 3, 4, 4, 96, 700, type, 5);
        model.write(path);
        byte[] bytes = Files.readAllBytes(path);
        assertThat(bytes).hasSize(length);
        byte[] hash = MessageDigest.getInstance("SHA-256").digest(Arrays.copyOf(bytes, 18_368));
        assertThat(HexFormat.of().formatHex(hash)).isEqualTo(sha256);
        try (WeightFile file = WeightFile.open(path)) {
            assertThat(WeightSummary.of(file).parameters()).isEqualTo(model.parameters());
            assertThat(file.vocabulary().orElseThrow().size()).isEqualTo(700);
            assertThat(file.nonFinite()).isEmpty();
            float[] values = file.floats("token_embd.weight");
            double square = 0;
            for (float value : values) {
                square += value * value;
            }
            // 44,800 draws: the deviation is known to 0.4 %, allowed is seven times that
            assertThat(Math.sqrt(square / values.length)).isBetween(0.02 * 0.97, 0.02 * 1.03);
        }
        model.write(path);
        assertThat(Files.readAllBytes(path)).isEqualTo(bytes);
    }

    @Test
    void headsMayShareTheirKeys() {
        Path path = folder.resolve("shared.gguf");
        new RandomModel(64, 1, 4, 2, 96, 700, TensorType.F32, 5).write(path);
        try (WeightFile file = WeightFile.open(path)) {
            assertThat(file.info("blk.0.attn_k.weight").shape()).containsExactly(32L, 64L);
            assertThat(file.info("blk.0.attn_q.weight").shape()).containsExactly(64L, 64L);
        }
    }

    @Test
    void impossibleRandomModelsAreRefused() {
        assertThatThrownBy(() -> new RandomModel(64, 3, 5, 5, 96, 700, TensorType.F32, 0))
                .hasMessageContaining("heads is 5; it must divide the width 64");
        assertThatThrownBy(() -> new RandomModel(64, 3, 4, 3, 96, 700, TensorType.F32, 0))
                .hasMessageContaining("keyHeads is 3; it must divide the 4 heads");
        assertThatThrownBy(() -> new RandomModel(64, 3, 4, 4, 97, 700, TensorType.Q8_0, 0))
                .hasMessageContaining("multiples of 32");
        assertThatThrownBy(() -> new RandomModel(64, 3, 4, 4, 96, 258, TensorType.F32, 0))
                .hasMessageContaining("259 or more");
        assertThatThrownBy(() -> new RandomModel(64, 3, 4, 4, 96, 700, TensorType.BF16, 0))
                .hasMessageContaining("one of [F32, F16, Q8_0]");
    }

    @Test
    void aDiskThatFailsAtAnyPointLeavesTheOldFile() throws IOException {
        Path path = folder.resolve("m.safetensors");
        List<NewTensor> before = List.of(NewTensor.floats("a", List.of(2L), 1, 2));
        SafetensorsWriter.write(path, Map.of(), before);
        byte[] old = Files.readAllBytes(path);
        List<NewTensor> after = List.of(NewTensor.floats("a", List.of(9L), new float[9]));
        int failures = 0;
        for (int room = 0; ; room++) {
            FullDisk disk = new FullDisk(room);
            try {
                SafetensorsWriter.write(disk, path, Map.of(), after);
                break;
            } catch (WeightFileException e) {
                failures++;
                assertThat(e).hasMessageContainingAll("no room", "bytes free", "as it was");
                assertThat(Files.readAllBytes(path)).isEqualTo(old);
                assertThat(names()).containsExactly("m.safetensors");
            }
        }
        // one failure for every byte of the new file, and for create, force and rename
        assertThat(failures).isEqualTo((int) Files.size(path) + 3);
        try (WeightFile file = WeightFile.open(path)) {
            assertThat(file.floats("a")).hasSize(9);
        }
        assertThat(names()).containsExactly("m.safetensors");
    }

    @Test
    void shardsOnADiskThatFailsAtAnyPointAreNeverTakenForAModel() throws IOException {
        List<NewTensor> tensors =
                List.of(
                        NewTensor.floats("a", List.of(1L), 1),
                        NewTensor.floats("b", List.of(2L), 1, 2));
        for (int room = 0; ; room++) {
            Path model = Files.createDirectory(folder.resolve("model" + room));
            try {
                SafetensorsWriter.writeShards(new FullDisk(room), model, Map.of(), tensors, 4);
                break;
            } catch (WeightFileException e) {
                assertThat(e).hasMessageContaining("no room");
                assertThatThrownBy(() -> WeightFile.open(model))
                        .isInstanceOf(WeightFileException.class);
            }
        }
    }

    @Test
    void aTensorThatGivesTooFewBytesWritesNothing() throws IOException {
        Path path = folder.resolve("m.gguf");
        NewTensor liar =
                NewTensor.of(
                        "a", TensorType.F32, List.of(3L), () -> MemorySegment.ofArray(new byte[8]));
        Map<String, MetadataValue> metadata =
                Map.of("general.architecture", new MetadataValue.Text("llama"));
        assertThatThrownBy(() -> GgufWriter.write(path, metadata, List.of(liar)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContainingAll("'a' gave 8 bytes", "take 12");
        assertThat(names()).isEmpty();
    }

    @Test
    void whatAFormatCannotHoldIsRefused() {
        NewTensor a = NewTensor.floats("a", List.of(1L), 1);
        NewTensor q =
                NewTensor.of(
                        "q",
                        TensorType.Q8_0,
                        List.of(32L),
                        () -> MemorySegment.ofArray(new byte[34]));
        NewTensor u =
                NewTensor.of(
                        "u", TensorType.U8, List.of(1L), () -> MemorySegment.ofArray(new byte[1]));
        Path path = folder.resolve("m");
        assertThatThrownBy(() -> SafetensorsWriter.write(path, Map.of(), List.of(a, a)))
                .hasMessageContaining("two tensors are named 'a'");
        assertThatThrownBy(() -> SafetensorsWriter.write(path, Map.of(), List.of(q)))
                .hasMessageContaining("no type for Q8_0");
        Map<String, MetadataValue> llama =
                Map.of("general.architecture", new MetadataValue.Text("llama"));
        assertThatThrownBy(() -> GgufWriter.write(path, llama, List.of(u)))
                .hasMessageContaining("no type for U8");
        assertThatThrownBy(() -> GgufWriter.write(path, Map.of(), List.of(a)))
                .hasMessageContaining("general.architecture");
    }

    private List<String> names() throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.map(path -> path.getFileName().toString()).sorted().toList();
        }
    }

    /// A disk on which `room` more steps succeed: creating, forcing, renaming, and each byte.
    private static final class FullDisk implements Disk {
        private int room;

        FullDisk(int room) {
            this.room = room;
        }

        private void step() throws IOException {
            if (room == 0) {
                throw new IOException("no room");
            }
            room--;
        }

        @Override
        public WritableByteChannel create(Path path) throws IOException {
            step();
            FileChannel channel = (FileChannel) Disk.REAL.create(path);
            return new WritableByteChannel() {
                @Override
                public int write(ByteBuffer bytes) throws IOException {
                    step();
                    ByteBuffer one = bytes.slice(bytes.position(), 1);
                    bytes.position(bytes.position() + 1);
                    return channel.write(one);
                }

                @Override
                public boolean isOpen() {
                    return channel.isOpen();
                }

                @Override
                public void close() throws IOException {
                    channel.close();
                }
            };
        }

        @Override
        public void force(WritableByteChannel channel) throws IOException {
            step();
        }

        @Override
        public void rename(Path from, Path to) throws IOException {
            step();
            Disk.REAL.rename(from, to);
        }

        @Override
        public void forceFolder(Path folder) {}

        @Override
        public void delete(Path path) throws IOException {
            Disk.REAL.delete(path);
        }
    }
}
