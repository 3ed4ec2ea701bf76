package org.cumae.torch;

import static org.assertj.core.api.Assertions.assertThat;

import org.bytedeco.javacpp.Loader;
import org.junit.jupiter.api.Test;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/// A program that has Java's part of libtorch on its class path and not the natives.
class LibtorchTest {
    /// Opens a device, and says what comes of it.
    static final class Child {
        private Child() {}

        public static void main(String[] args) {
            try {
                IO.println(Device.parse("cpu"));
            } catch (IllegalStateException e) {
                IO.println(e.getMessage());
            }
        }
    }

    private String told(String classPath) throws IOException, InterruptedException {
        Process child =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "--enable-native-access=ALL-UNNAMED",
                                "-cp",
                                classPath,
                                Child.class.getName())
                        .start();
        child.getOutputStream().close();
        byte[] out = child.getInputStream().readAllBytes();
        assertThat(child.waitFor()).isZero();
        return new String(out, StandardCharsets.UTF_8).strip();
    }

    @Test
    void whatIsMissingIsToldWithPlatformAndRemedy() throws Exception {
        String platform = Loader.getPlatform();
        List<String> all =
                Arrays.asList(System.getProperty("java.class.path").split(File.pathSeparator));
        for (String library : List.of("pytorch", "openblas")) {
            String rest =
                    all.stream()
                            .filter(
                                    jar ->
                                            !(jar.contains(library)
                                                    && jar.endsWith("-" + platform + ".jar")))
                            .collect(Collectors.joining(File.pathSeparator));
            assertThat(rest).isNotEqualTo(String.join(File.pathSeparator, all));
            assertThat(told(rest))
                    .as(library)
                    .startsWith("libtorch does not load on " + platform)
                    .contains("org.bytedeco:pytorch")
                    .contains("with the classifier " + platform)
                    .doesNotContain("\n");
        }
    }
}
