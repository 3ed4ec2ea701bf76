package org.cumae.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The programs in `examples/` run as they stand, and say what they promise.
class ExamplesTest {
    private static final Path ROOT = Path.of("").toAbsolutePath().getParent();
    private static final String TEXT = "{text}"; // stands for a file of text
    private static final String TABLE = "{table}"; // for one of numbers
    private static final String NUMBER = "-?\\d+\\.\\d+";

    @TempDir Path folder;

    private static Stream<Arguments> examples() {
        String way = "%s +\\d+ passes, " + NUMBER + " tokens a pass, (\\p{XDigit}{8})\n";
        return Stream.of(
                Arguments.of(
                        "Ways",
                        List.of(),
                        way.formatted("sequential")
                                + way.formatted("speculative:suffix").replace("(\\p", "(?:\\p")
                                + way.formatted("block-diffusion:tau=2,verify=exact")
                                        .replace("(\\p{XDigit}{8})", "\\1")),
                Arguments.of("Lookahead", List.of(), "(?s).{60,}"),
                Arguments.of(
                        "Learn",
                        List.of(TEXT),
                        "(?s)held-out loss [01]\\." + "\\d{3} nats a character\n.{50,}"),
                Arguments.of(
                        "Serve", List.of(), "\\{\"id\":\"cmpl-.*\"completion_tokens\":40,.*\\}\n"),
                Arguments.of(
                        "AnyOrder",
                        List.of(),
                        "(rgb.* \\d+ patches drawn in +\\d+ passes, the truth costs "
                                + NUMBER
                                + " nats\n){4}"),
                Arguments.of(
                        "Forecasting",
                        List.of(TABLE),
                        "(1961-\\d\\d-01T00:00 +%1$s  \\[%1$s, %1$s\\]\n){12}".formatted(NUMBER)));
    }

    @ParameterizedTest
    @MethodSource("examples")
    void anExampleDoesWhatItSays(String name, List<String> arguments, String told)
            throws Exception {
        Path text = folder.resolve("text.txt");
        Files.writeString(text, "the cat sat on the mat and the dog lay by the door. ".repeat(400));
        List<String> command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "--enable-native-access=ALL-UNNAMED",
                                "--sun-misc-unsafe-memory-access=allow",
                                "-Dorg.bytedeco.javacpp.maxPhysicalBytes=0",
                                "-XX:+UseSerialGC",
                                "-Dcumae.home=" + ROOT,
                                "-cp",
                                System.getProperty("java.class.path"),
                                "examples/%s.java".formatted(name)));
        for (String argument : arguments) {
            command.add(
                    switch (argument) {
                        case TEXT -> text.toString();
                        case TABLE -> Ran.data().resolve("series/air_passengers.csv").toString();
                        default -> argument;
                    });
        }
        Path out = folder.resolve("out");
        Path err = folder.resolve("err");
        Process process =
                new ProcessBuilder(command)
                        .directory(ROOT.toFile())
                        .redirectOutput(out.toFile())
                        .redirectError(err.toFile())
                        .start();
        assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue()).as(Files.readString(err)).isZero();
        assertThat(Files.readString(out)).matches(told);
    }

    @Test
    void eachOneIsRun() throws IOException {
        try (Stream<Path> files = Files.list(ROOT.resolve("examples"))) {
            assertThat(
                            files.map(file -> String.valueOf(file.getFileName()))
                                    .collect(Collectors.toSet()))
                    .containsExactlyInAnyOrderElementsOf(
                            examples().map(each -> each.get()[0] + ".java").toList());
        }
    }
}
