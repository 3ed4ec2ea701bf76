package org.cumae.cli;

import com.sun.management.OperatingSystemMXBean;

import org.cumae.engine.EngineLimits;
import org.cumae.engine.Policy;

import picocli.CommandLine.Option;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/// How much each model's engine takes on, under the names that users of vLLM, SGLang and llama.cpp
/// try first.
final class EngineOptions {
    private static final long STEP_OF_PRIORITY_SECONDS = 10;
    private static final Duration ROW_OF_PROMPT = Duration.ofMillis(1);

    @Option(
            names = {"--max-num-seqs", "--max-running-requests", "--parallel", "-np"},
            paramLabel = "N",
            description = "the most requests that share passes; others wait (default 256)")
    private int maxRunning = EngineLimits.DEFAULT.maxRunning();

    @Option(
            names = {"--max-num-batched-tokens", "--chunked-prefill-size", "--batch-size", "-b"},
            paramLabel = "N",
            description = "the most rows of one pass; longer prompts are read in chunks (512)")
    private int maxRows = EngineLimits.DEFAULT.maxRows();

    @Option(
            names = {"--max-model-len", "--context-length", "--ctx-size", "-c"},
            paramLabel = "N",
            description = "the most tokens of prompt and answer together (default: the model's)")
    private int maxLength = EngineLimits.DEFAULT.maxLength();

    @Option(
            names = {"--max-queued-requests", "--max-queued"},
            paramLabel = "N",
            description = "the most requests that wait; who comes then gets 429 (default 1024)")
    private int maxWaiting = 1024;

    @Option(
            names = "--kv-cache-bytes",
            paramLabel = "SIZE",
            description =
                    "memory for what contexts hold, as in 512M or 8G (default: a quarter of the"
                            + " machine's, shared by the models)")
    private Optional<String> bytes = Optional.empty();

    @Option(
            names = "--enable-prefix-caching",
            negatable = true,
            defaultValue = "true",
            fallbackValue = "true",
            description = "requests that begin alike share that beginning (on by default)")
    private boolean reuse = true;

    @Option(
            names = {"--scheduling-policy", "--schedule-policy"},
            paramLabel = "WORD",
            description = "who comes first: fcfs, priority (smaller first), shortest or lpm (fcfs)")
    private String policy = "fcfs";

    @Option(
            names = "--max-stall-ms",
            paramLabel = "MS",
            description = "about how long a chunk of a prompt may hold up those who write (100)")
    private long stallMillis = EngineLimits.DEFAULT.maxStall().toMillis();

    /// The limits of each engine.
    ///
    /// @param models how many there are
    EngineLimits limits(int models) {
        return EngineLimits.DEFAULT
                .withMaxRunning(maxRunning)
                .withMaxRows(maxRows)
                .withMaxLength(maxLength)
                .withMaxWaiting(maxWaiting)
                .withMaxBytes(bytes.map(EngineOptions::size).orElseGet(() -> quarter() / models))
                .withMaxStall(Duration.ofMillis(stallMillis))
                .withReuse(reuse)
                .withPolicy(policy(policy));
    }

    private static long quarter() {
        return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize()
                / 4;
    }

    /// `4096`, `512M`, `8G`, `8GiB`.
    static long size(String words) {
        String digits = words.strip().toLowerCase(Locale.ROOT).replaceFirst("(i?b)$", "");
        int power = digits.isEmpty() ? -1 : "kmgt".indexOf(digits.charAt(digits.length() - 1));
        String number = power < 0 ? digits : digits.substring(0, digits.length() - 1);
        try {
            return Math.multiplyExact(Long.parseLong(number.strip()), 1L << (10 * (power + 1)));
        } catch (NumberFormatException | ArithmeticException e) {
            throw new IllegalArgumentException(
                    "'%s' is no size; give bytes, or a whole number with K, M, G or T, as in 8G"
                            .formatted(words),
                    e);
        }
    }

    private static Policy policy(String word) {
        return switch (word) {
            case "fcfs" -> new Policy.FirstCome();
            case "priority" -> new Policy.ByPriority(Duration.ofSeconds(STEP_OF_PRIORITY_SECONDS));
            case "shortest" -> new Policy.ShortestFirst(ROW_OF_PROMPT);
            case "lpm" -> new Policy.LongestPrefix(ROW_OF_PROMPT);
            default ->
                    throw new IllegalArgumentException(
                            "there is no scheduling policy '%s'; there are fcfs, priority, shortest, lpm"
                                    .formatted(word));
        };
    }
}
