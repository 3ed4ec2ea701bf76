package org.cumae.weights;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/// However a real file is damaged, it is read or refused in words; a small heap is enough to say
/// no.
///
/// Another seed: `-Dcumae.fuzz.seed=N`; more rounds: `-Dcumae.fuzz.rounds=N`. A failure names the
/// damage.
class FuzzTest {
    private static final long SEED = Long.getLong("cumae.fuzz.seed", 20_260_101);
    private static final int ROUNDS = Integer.getInteger("cumae.fuzz.rounds", 1500);

    @TempDir Path folder;

    @Test
    void everyCutOfAHeaderIsRefused() throws IOException {
        Path gguf = TestFiles.data("models/stories260K.gguf");
        byte[] bytes = Files.readAllBytes(gguf);
        Mutations cuts = new Mutations(folder.resolve("cut.gguf"), bytes, ggufHeader(gguf));
        cuts.cut(0, true, new Random(SEED));
        assertThat(cuts.refused()).isEqualTo(ggufHeader(gguf));

        Path safetensors = TestFiles.golden("hf/qwen2/model.safetensors");
        byte[] other = Files.readAllBytes(safetensors);
        int header = safetensorsHeader(other);
        Mutations more = new Mutations(folder.resolve("cut.safetensors"), other, header);
        more.cut(0, true, new Random(SEED));
        assertThat(more.refused()).isEqualTo(header);
    }

    @Test
    void everyCutOfTheDataIsRefused() throws IOException {
        Path gguf = TestFiles.golden("gguf/tiny-q4_K.gguf");
        byte[] bytes = Files.readAllBytes(gguf);
        new Mutations(folder.resolve("cut.gguf"), bytes, ggufHeader(gguf))
                .cut(1000, false, new Random(SEED));
        byte[] other = Files.readAllBytes(TestFiles.golden("hf/llama3-rope/model.safetensors"));
        new Mutations(folder.resolve("cut.safetensors"), other, safetensorsHeader(other))
                .cut(1000, false, new Random(SEED));
    }

    /// In a process of its own with 96 MB, where one believed length is the end of it.
    @Test
    void damagedFilesNeverExhaustASmallHeap() throws Exception {
        List<String> files =
                List.of(
                        TestFiles.data("models/stories260K.gguf").toString(),
                        TestFiles.golden("gguf/tiny-q4_0.gguf").toString(),
                        TestFiles.golden("gguf/tiny-q6_K.gguf").toString(),
                        TestFiles.golden("hf/qwen3/model.safetensors").toString(),
                        TestFiles.golden("hf/mistral/model.safetensors").toString());
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-ea", "-Xmx96m", "-XX:+UseSerialGC", "-cp"));
        command.add(System.getProperty("java.class.path"));
        command.addAll(List.of(FuzzTest.class.getName(), folder.toString()));
        command.addAll(List.of(String.valueOf(SEED), String.valueOf(ROUNDS)));
        command.addAll(files);
        Path log = folder.resolve("log");
        Process process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
        assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
        String output = Files.readString(log);
        assertThat(process.exitValue()).as("seed %d%n%s", SEED, output).isZero();
        assertThat(output).contains("all files done");
    }

    /// What the child process runs: folder, seed, rounds, files.
    public static void main(String[] args) throws IOException {
        Random random = new Random(Long.parseLong(args[1]));
        for (int i = 3; i < args.length; i++) {
            Path path = Path.of(args[i]);
            byte[] bytes = Files.readAllBytes(path);
            boolean gguf = path.toString().endsWith(".gguf");
            int header = gguf ? ggufHeader(path) : safetensorsHeader(bytes);
            Mutations mutations =
                    new Mutations(
                            Path.of(args[0], gguf ? "hurt.gguf" : "hurt.safetensors"),
                            bytes,
                            header);
            mutations.damage(Integer.parseInt(args[2]), random);
            System.out.println(path + ": " + mutations.counts());
        }
        readLongHeaders(Path.of(args[0]));
        System.out.println("all files done");
    }

    /// Sound headers as long as this heap may read, of the entries that grow most; and longer ones.
    private static void readLongHeaders(Path folder) throws IOException {
        int budget = (int) HeaderBudget.bytes();
        int pairs = (budget - 1000) / 19;
        GgufBytes gguf = GgufBytes.llama(0, pairs);
        for (int i = 0; i < pairs; i++) {
            gguf.text(String.format("%06x", i)).i32(0).u8(1);
        }
        Path path = Files.write(folder.resolve("long.gguf"), gguf.bytes());
        try (WeightFile file = WeightFile.open(path)) {
            check(WeightSummary.of(file).metadata().size() == pairs + 1, "pairs are missing");
        }
        GgufBytes longer = GgufBytes.llama(0, 1).text("k").i32(9).i32(8).i64(budget / 8);
        checkRefused(Files.write(folder.resolve("longer.gguf"), longer.data(budget).bytes()));

        StringBuilder json = new StringBuilder("{");
        int tensors = 0;
        while (json.length() < budget - 1000) {
            String name = Integer.toHexString(tensors);
            String entry = SafetensorsRefusalTest.entry(name, "U8", "[0]", 0, 0);
            json.append(tensors == 0 ? "" : ",").append(entry);
            tensors++;
        }
        byte[] safetensors = SafetensorsRefusalTest.file(json + "}", 0);
        path = Files.write(folder.resolve("long.safetensors"), safetensors);
        try (WeightFile file = WeightFile.open(path)) {
            check(WeightSummary.of(file).tensors().size() == tensors, "tensors are missing");
        }
        safetensors = SafetensorsRefusalTest.file("{" + " ".repeat(budget) + "}", 0);
        checkRefused(Files.write(folder.resolve("longer.safetensors"), safetensors));
    }

    private static void check(boolean holds, String otherwise) {
        if (!holds) {
            throw new AssertionError(otherwise);
        }
    }

    private static void checkRefused(Path path) {
        try (WeightFile _ = WeightFile.open(path)) {
            throw new AssertionError(path + " was read");
        } catch (WeightFileException e) {
            check(e.getMessage().contains("-Xmx"), e.getMessage());
        }
    }

    private static int ggufHeader(Path path) {
        try (WeightFile file = WeightFile.open(path)) {
            long data =
                    file.infos().stream().mapToLong(info -> (info.bytes() + 31) / 32 * 32).sum();
            return Math.toIntExact(file.bytes() - data);
        }
    }

    private static int safetensorsHeader(byte[] bytes) {
        return 8 + (int) ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong(0);
    }
}
