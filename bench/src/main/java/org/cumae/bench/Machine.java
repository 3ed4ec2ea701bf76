package org.cumae.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Names the machine that figures were measured on.
public final class Machine {
    private static final Path CPU_INFO = Path.of("/proc/cpuinfo");
    private static final List<String> FEATURES =
            List.of("avx2", "avx512f", "avx_vnni", "avx512_vnni", "avx512_bf16", "amx_int8");

    private Machine() {}

    /// Processor, cores and memory, as one line.
    public static String describe() {
        Runtime runtime = Runtime.getRuntime();
        return "%s, %d cores, %s %s, JDK %s"
                .formatted(
                        processor(),
                        runtime.availableProcessors(),
                        System.getProperty("os.name"),
                        System.getProperty("os.arch"),
                        Runtime.version().feature());
    }

    /// What of the processor products are faster with; empty where it does not say.
    public static List<String> features() {
        List<String> known =
                info("flags").map(flags -> List.of(flags.split(" "))).orElse(List.of());
        return FEATURES.stream().filter(known::contains).toList();
    }

    private static String processor() {
        return info("model name").orElse("processor unknown");
    }

    private static Optional<String> info(String name) {
        if (!Files.isReadable(CPU_INFO)) {
            return Optional.empty();
        }
        try (Stream<String> lines = Files.lines(CPU_INFO)) {
            return lines.filter(line -> line.startsWith(name))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst();
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
