package org.cumae.naming;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/// Where models stand that have a name: directories and GGUF files in some folders.
///
/// @param folders in order; the first that has a name wins
public record ModelShelf(List<Path> folders) {
    private static final String GGUF = ".gguf";

    /// Copies the list.
    public ModelShelf {
        folders = List.copyOf(folders);
    }

    /// `$CUMAE_MODELS`, then `models/` of the checkout that is being run (`$CUMAE_HOME`, or the
    /// working directory or a folder above it).
    public static ModelShelf standard() {
        List<Path> folders = new ArrayList<>();
        given("CUMAE_MODELS").ifPresent(folders::add);
        given("CUMAE_HOME").ifPresent(home -> folders.add(home.resolve("models")));
        for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
            if (Files.isDirectory(at.resolve("models")) && Files.exists(at.resolve("cumae"))) {
                folders.add(at.resolve("models"));
                break;
            }
        }
        return new ModelShelf(folders.stream().distinct().toList());
    }

    private static Optional<Path> given(String variable) {
        return Optional.ofNullable(System.getenv(variable))
                .filter(value -> !value.isBlank())
                .map(Path::of);
    }

    /// The models that stand there, by name.
    public Map<String, Path> models() {
        Map<String, Path> models = new TreeMap<>();
        for (Path folder : folders) {
            if (Files.isDirectory(folder)) {
                list(folder).forEach(path -> models.putIfAbsent(name(path), path));
            }
        }
        return models;
    }

    /// The names, the largest model first: it is the one for those who name none.
    public List<String> largestFirst() {
        Map<String, Path> models = models();
        Map<String, Long> bytes = new HashMap<>();
        models.forEach((name, path) -> bytes.put(name, bytes(path)));
        return models.keySet().stream()
                .sorted(Comparator.comparingLong(name -> -bytes.getOrDefault(name, 0L)))
                .toList();
    }

    private static long bytes(Path model) {
        try (Stream<Path> files = Files.walk(model)) {
            return files.filter(Files::isRegularFile)
                    .mapToLong(file -> file.toFile().length())
                    .sum();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot look into the model " + model, e);
        }
    }

    /// The path of a name on the shelf, or of anything else that exists.
    ///
    /// @throws org.cumae.naming.UnknownNameException if there is neither, with the known names
    public Path find(String nameOrPath) {
        Map<String, Path> models = models();
        if (models.containsKey(nameOrPath)) {
            return models.get(nameOrPath);
        }
        Path path = Path.of(nameOrPath);
        if (!Files.exists(path)) {
            throw Known.of("model or file", models.keySet()).refusal(nameOrPath);
        }
        return path;
    }

    private static List<Path> list(Path folder) {
        try (Stream<Path> paths = Files.list(folder)) {
            return paths.filter(ModelShelf::isModel).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list the models in " + folder, e);
        }
    }

    private static boolean isModel(Path path) {
        return path.toString().endsWith(GGUF) || Files.exists(path.resolve("config.json"));
    }

    private static String name(Path path) {
        String name = String.valueOf(path.getFileName());
        return name.endsWith(GGUF) ? name.substring(0, name.length() - GGUF.length()) : name;
    }
}
