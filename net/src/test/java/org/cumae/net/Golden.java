package org.cumae.net;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/// Finds and reads the fixtures: `CUMAE_GOLDEN`, or `golden` beside `CUMAE_DATA`, by default beside
/// the repository.
final class Golden {
    private static final JsonMapper MAPPER = new JsonMapper();

    private Golden() {}

    static Path file(String name) {
        String golden =
                Optional.ofNullable(System.getenv("CUMAE_GOLDEN"))
                        .or(
                                () ->
                                        Optional.ofNullable(System.getenv("CUMAE_DATA"))
                                                .map(data -> data + "/../golden"))
                        .orElse("../shared/golden");
        // a relative path counts from the repository; tests run somewhere below it
        Path path =
                Stream.iterate(Path.of("").toAbsolutePath(), p -> p != null, Path::getParent)
                        .map(base -> base.resolve(golden).normalize())
                        .filter(Files::isDirectory)
                        .findFirst()
                        .orElse(Path.of("missing"))
                        .resolve(name);
        assumeTrue(Files.exists(path), () -> "needs data: " + path);
        return path;
    }

    static JsonNode json(String name) {
        return MAPPER.readTree(file(name).toFile());
    }

    static int[] ints(JsonNode list) {
        return list.valueStream().mapToInt(JsonNode::intValue).toArray();
    }

    static double[] doubles(JsonNode list) {
        return list.valueStream().mapToDouble(JsonNode::doubleValue).toArray();
    }
}
