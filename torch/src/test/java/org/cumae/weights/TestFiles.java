package org.cumae.weights;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/// Finds the real files that some tests need: `CUMAE_DATA` and `CUMAE_GOLDEN`, by default beside
/// the repository.
final class TestFiles {
    private TestFiles() {}

    static Path golden(String name) {
        String golden = System.getenv("CUMAE_GOLDEN");
        if (golden != null) {
            return need(find(golden), name);
        }
        return need(dataFolder().map(data -> data.resolveSibling("golden")), name);
    }

    static Path data(String name) {
        return need(dataFolder(), name);
    }

    private static Optional<Path> dataFolder() {
        return find(Optional.ofNullable(System.getenv("CUMAE_DATA")).orElse("../shared/data"));
    }

    /// A relative path counts from the repository; tests run somewhere below it.
    private static Optional<Path> find(String path) {
        return Stream.iterate(Path.of("").toAbsolutePath(), p -> p != null, Path::getParent)
                .map(base -> base.resolve(path).normalize())
                .filter(Files::isDirectory)
                .findFirst();
    }

    private static Path need(Optional<Path> folder, String name) {
        Path path = folder.orElse(Path.of("missing")).resolve(name);
        assumeTrue(Files.exists(path), () -> "needs data: " + path);
        return path;
    }
}
