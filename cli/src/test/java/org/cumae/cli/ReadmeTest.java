package org.cumae.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

import javax.imageio.ImageIO;
import javax.tools.ToolProvider;

/// What the README says is true.
class ReadmeTest {
    private static final Path ROOT = Path.of("").toAbsolutePath().getParent();
    private static final Pattern JAVA = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);
    private static final Pattern COMMAND = Pattern.compile("\\./cumae ([a-z]+)");
    private static final Set<String> LAUNCHER = Set.of("build", "test", "format", "run");

    private static String readme() throws IOException {
        return Files.readString(ROOT.resolve("README.md"));
    }

    private static List<String> found(Pattern pattern) throws IOException {
        return pattern.matcher(readme()).results().map(result -> result.group(1)).toList();
    }

    @Test
    void theExampleCompilesAndTellsAStory(@TempDir Path folder) throws Exception {
        Path model = Ran.data().resolve("models/stories260K.gguf");
        List<String> blocks = found(JAVA);
        assertThat(blocks).hasSize(1);
        assertThat(blocks.getFirst()).hasLineCount(10);
        Path source = Files.writeString(folder.resolve("Story.java"), blocks.getFirst());
        ByteArrayOutputStream complaints = new ByteArrayOutputStream();
        int status =
                ToolProvider.getSystemJavaCompiler()
                        .run(
                                null,
                                null,
                                complaints,
                                "-Xlint:all,-path,-classfile,-processing",
                                "-Werror",
                                "-proc:none",
                                "-cp",
                                System.getProperty("java.class.path"),
                                "-d",
                                folder.toString(),
                                source.toString());
        assertThat(status).as(complaints.toString(StandardCharsets.UTF_8)).isZero();
        String story = run(folder, model.toString());
        assertThat(story.strip().split("\\s+")).hasSizeGreaterThan(10);
        assertThat(story).isEqualTo(run(folder, model.toString()));
    }

    private static String run(Path classes, String... args) throws Exception {
        ByteArrayOutputStream told = new ByteArrayOutputStream();
        PrintStream out = System.out;
        System.setOut(new PrintStream(told, true, StandardCharsets.UTF_8));
        try (URLClassLoader loader = new URLClassLoader(new URL[] {classes.toUri().toURL()})) {
            Constructor<?> story = loader.loadClass("Story").getDeclaredConstructor();
            Method main = story.getDeclaringClass().getDeclaredMethod("main", String[].class);
            story.setAccessible(true);
            main.setAccessible(true);
            main.invoke(story.newInstance(), (Object) args);
        } finally {
            System.setOut(out);
        }
        return told.toString(StandardCharsets.UTF_8);
    }

    @Test
    void everyCommandItNamesIsThere() throws IOException {
        Set<String> named = new HashSet<>(found(COMMAND));
        assertThat(named).contains("serve", "generate", "test").isNotEmpty();
        named.removeAll(LAUNCHER);
        assertThat(Main.commandLine().getSubcommands().keySet()).containsAll(named);
    }

    @Test
    void itsPictureIsThereAndSmall() throws IOException {
        assertThat(readme()).contains("](docs/studio.png)");
        Path picture = ROOT.resolve("docs/studio.png");
        assertThat(Files.size(picture)).isLessThan(300_000);
        assertThat(ImageIO.read(picture.toFile()).getWidth()).isGreaterThan(1000);
    }

    @Test
    void everyPageItLinksToIsThere() throws IOException {
        List<String> pages =
                Pattern.compile("\\]\\(([^):#]+)\\)")
                        .matcher(readme())
                        .results()
                        .map((MatchResult result) -> result.group(1))
                        .toList();
        assertThat(pages).isNotEmpty();
        assertThat(pages).allSatisfy(page -> assertThat(ROOT.resolve(page)).exists());
    }
}
