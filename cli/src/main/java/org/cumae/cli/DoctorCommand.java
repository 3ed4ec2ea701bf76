package org.cumae.cli;

import org.cumae.bench.Machine;
import org.cumae.data.DataFolder;
import org.cumae.naming.ModelShelf;
import org.cumae.torch.Device;
import org.cumae.torch.Libtorch;
import org.cumae.torch.PackedMatrix;
import org.cumae.torch.Processor;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

import tools.jackson.databind.node.ObjectNode;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;

/// `cumae doctor`: what this machine has, to be pasted into a report of a fault. It names no keys
/// and asks no network.
@Command(
        name = "doctor",
        mixinStandardHelpOptions = true,
        description = {
            "Say what this machine has that matters here: Java, processor, memory, native libraries,",
            "folders. Paste it into a report of a fault. Exit code 1 where libtorch cannot be loaded."
        },
        footer = {"", "Example: ./cumae doctor --json"})
final class DoctorCommand implements Callable<Integer> {
    private static final String THERE = "there";
    private static final String MISSING = "not on the class path";
    private static final long MIB = 1L << 20;

    @Mixin private Output output = new Output();

    @Override
    public Integer call() {
        Map<String, String> found = new LinkedHashMap<>();
        found.put(
                "cumae",
                Optional.ofNullable(Main.class.getPackage().getImplementationVersion())
                        .orElse("built from sources"));
        found.put(
                "java",
                "%s, %s, %s"
                        .formatted(
                                Runtime.version(),
                                System.getProperty("java.vendor"),
                                System.getProperty("java.home")));
        found.put("machine", Machine.describe());
        found.put("processor knows", String.join(" ", Machine.features()));
        found.put("memory", memory());
        String fault = libtorch();
        found.put(
                "libtorch",
                fault.isEmpty() ? "loaded, %d threads".formatted(Processor.threads()) : fault);
        if (fault.isEmpty()) {
            found.put(
                    "float16 and int8", PackedMatrix.savesBits() ? THERE : "not on this processor");
            found.put("cuda", cuda());
        }
        found.put("ffmpeg, for videos", library("org.bytedeco.ffmpeg.global.avutil"));
        found.put(
                "opencv, to compare worlds with",
                library("org.bytedeco.opencv.global.opencv_core"));
        found.put("models", words(ModelShelf.standard().folders()));
        found.put("data", DataFolder.standard().root().toString());
        ObjectNode object = Json.MAPPER.createObjectNode();
        found.forEach((what, value) -> object.put(what.replaceAll("[ ,]+", "_"), value));
        output.print(object, () -> table(found));
        return fault.isEmpty() ? 0 : 1;
    }

    private static String table(Map<String, String> found) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("what", "here"));
        found.forEach((what, value) -> rows.add(List.of(what, value)));
        return Words.table(rows);
    }

    private static String memory() {
        String heap = "%,d MiB of heap at most".formatted(Runtime.getRuntime().maxMemory() / MIB);
        return ManagementFactory.getOperatingSystemMXBean()
                        instanceof com.sun.management.OperatingSystemMXBean system
                ? "%,d MiB, %,d free, %s"
                        .formatted(
                                system.getTotalMemorySize() / MIB,
                                system.getFreeMemorySize() / MIB,
                                heap)
                : heap;
    }

    /// Empty where it can be loaded, else why not.
    private static String libtorch() {
        try {
            Libtorch.load();
            return "";
        } catch (IllegalStateException e) {
            return String.valueOf(e.getMessage());
        }
    }

    private static String cuda() {
        try {
            return Device.parse("cuda").toString();
        } catch (IllegalArgumentException e) {
            return String.valueOf(e.getMessage());
        }
    }

    private static String library(String type) {
        try {
            Class.forName(type, false, DoctorCommand.class.getClassLoader());
            return THERE;
        } catch (ClassNotFoundException _) {
            return MISSING;
        }
    }

    private static String words(List<Path> folders) {
        return String.join(", ", folders.stream().map(Path::toString).toList());
    }
}
