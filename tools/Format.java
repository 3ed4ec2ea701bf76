import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;

/// Formats every Java file of the repository, or checks that it is formatted: one JVM for all
/// modules, run on the JDK that compiles them, for Maven itself may run on one that cannot read
/// their syntax.
///
/// Usage: `java -cp google-java-format.jar tools/Format.java check|apply ROOT VERDICT`, where
/// VERDICT is the file that names what a check found not formatted; it is absent when all is.
public final class Format {
    private static final List<String> STYLE = List.of("--aosp", "--skip-reflowing-long-strings");

    public static void main(String[] args) throws Exception {
        if (args.length != 3 || !List.of("check", "apply").contains(args[0])) {
            System.err.println("usage: Format check|apply ROOT VERDICT");
            System.exit(2);
        }
        boolean check = args[0].equals("check");
        Path root = Path.of(args[1]).toRealPath();
        Path verdict = Path.of(args[2]);
        List<String> files = new ArrayList<>();
        Path passed = verdict.resolveSibling("formatted");
        FileTime since = lastPass(passed, root);
        FileTime now = FileTime.from(Instant.now());
        for (Path file : javaFiles(root)) {
            if (Files.getLastModifiedTime(file).compareTo(since) >= 0) {
                files.add(file.toString());
            }
        }

        var changed = new ByteArrayOutputStream();
        int status = files.isEmpty() ? 0 : format(check, files, new PrintStream(changed));
        Files.createDirectories(verdict.getParent());
        Files.deleteIfExists(verdict);
        if (check && changed.size() > 0) {
            Files.write(verdict, changed.toByteArray());
            System.err.print(changed);
        } else if (status == 0) {
            Files.write(passed, new byte[0]);
            Files.setLastModifiedTime(passed, now);
        }
        System.exit(status);
    }

    private static int format(boolean check, List<String> files, PrintStream changed) {
        List<String> arguments = new ArrayList<>(STYLE);
        arguments.add(check ? "--dry-run" : "--replace");
        arguments.addAll(files);
        ToolProvider formatter = ToolProvider.findFirst("google-java-format").orElseThrow();
        return formatter.run(changed, System.err, arguments.toArray(String[]::new));
    }

    /// When every file was last found formatted by the same formatter: only what was saved since is
    /// looked at again.
    private static FileTime lastPass(Path passed, Path root) throws IOException {
        FileTime never = FileTime.fromMillis(0);
        if (!Files.exists(passed)) {
            return never;
        }
        FileTime last = Files.getLastModifiedTime(passed);
        FileTime pom = Files.getLastModifiedTime(root.resolve("pom.xml"));
        return last.compareTo(pom) > 0 ? last : never;
    }

    private static List<Path> javaFiles(Path root) throws IOException {
        List<Path> files = new ArrayList<>();
        try (Stream<Path> children = Files.list(root)) {
            for (Path child : children.sorted().toList()) {
                if (Files.exists(child.resolve("src"))) {
                    files.addAll(javaFilesUnder(child.resolve("src")));
                } else if (child.endsWith("tools") || child.endsWith("examples")) {
                    files.addAll(javaFilesUnder(child));
                }
            }
        }
        return files;
    }

    private static List<Path> javaFilesUnder(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(f -> f.toString().endsWith(".java")).sorted().toList();
        }
    }
}
