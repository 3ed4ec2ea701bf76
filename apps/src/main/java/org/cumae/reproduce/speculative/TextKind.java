package org.cumae.reproduce.speculative;

import org.cumae.data.DataFolder;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/// Kinds of text that differ in how much of the next tokens can be foreseen.
enum TextKind {
    /// Source code: `java.util` of the JDK that runs this, without its comments.
    CODE,
    /// Shakespeare's plays.
    ENGLISH;

    private static final int CHARACTERS = 1_000_000;
    private static final String PACKAGE = "java.base/java/util/";
    private static final Pattern COMMENT =
            Pattern.compile("/\\*.*?\\*/|(?m)^\\s*//.*$", Pattern.DOTALL);
    private static final Pattern BLANK_LINES = Pattern.compile("\\n(\\s*\\n)+");

    /// What tables call it.
    String words() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// A file with a text of the kind.
    ///
    /// @param folder where it may be written
    Path file(Path folder) {
        if (this == ENGLISH) {
            return DataFolder.standard().find(Prompts.SHAKESPEARE, (_, _) -> {});
        }
        Path sources = Path.of(System.getProperty("java.home"), "lib", "src.zip");
        if (!Files.exists(sources)) {
            throw new IllegalStateException(
                    "a text of source code is taken from %s, which this JDK does not have; run with"
                                    .formatted(sources)
                            + " a JDK that ships its sources");
        }
        try (ZipFile zip = new ZipFile(sources.toFile())) {
            List<? extends ZipEntry> entries =
                    zip.stream()
                            .filter(entry -> entry.getName().startsWith(PACKAGE))
                            .filter(entry -> entry.getName().endsWith(".java"))
                            .toList();
            StringBuilder text = new StringBuilder();
            for (ZipEntry entry : entries) {
                if (text.length() >= CHARACTERS) {
                    break;
                }
                byte[] bytes = zip.getInputStream(entry).readAllBytes();
                String source = new String(bytes, StandardCharsets.UTF_8);
                String code = COMMENT.matcher(source).replaceAll("");
                text.append(BLANK_LINES.matcher(code).replaceAll("\n").strip()).append('\n');
            }
            Path file = folder.resolve("code.txt");
            return Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + sources, e);
        }
    }
}
