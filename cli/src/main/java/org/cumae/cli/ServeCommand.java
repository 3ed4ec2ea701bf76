package org.cumae.cli;

import org.cumae.Check;
import org.cumae.engine.EngineLimits;
import org.cumae.image.PictureFolder;
import org.cumae.image.PictureModel;
import org.cumae.naming.ModelShelf;
import org.cumae.serve.CumaeServer;
import org.cumae.serve.ServerCertificate;
import org.cumae.serve.ServerOptions;
import org.cumae.text.OpenOptions;
import org.cumae.text.TextModel;
import org.cumae.world.WorldFolder;
import org.cumae.world.Worlds;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;

/// `cumae serve [MODEL...]`: the OpenAI protocol and the studio.
@Command(
        name = "serve",
        mixinStandardHelpOptions = true,
        description = {
            "Serve models over HTTP: the OpenAI protocol, and the studio at /.",
            "Ends when a signal comes (Ctrl-C), once the running answers are whole."
        },
        footer = {
            "",
            "Example: ./cumae serve model.gguf",
            "  curl http://localhost:8080/v1/completions -H 'Content-Type: application/json' \\",
            "       -d '{\"model\": \"model\", \"prompt\": \"Once upon a time\", \"max_tokens\": 40}'"
        })
final class ServeCommand implements Callable<Integer> {
    private static final String KEY_VARIABLE = "CUMAE_API_KEY";

    @Mixin private Output output = new Output();

    @Parameters(
            arity = "0..*",
            paramLabel = "MODEL",
            description =
                    "GGUF files, Hugging Face directories, or names of bundled models (default: all"
                            + " that are bundled)")
    private List<String> models = new ArrayList<>();

    @Mixin private EngineOptions engine = new EngineOptions();

    @Option(names = "--host", description = "the address to listen at (default 127.0.0.1)")
    private String host = ServerOptions.DEFAULT.host();

    @Option(names = "--port", description = "where to listen; 0 takes a free port (default 8080)")
    private int port = ServerOptions.DEFAULT.port();

    @Option(
            names = "--api-key",
            split = ",",
            paramLabel = "KEY",
            description =
                    "what clients must bring; may be given more than once, or in $CUMAE_API_KEY")
    private List<String> keys = new ArrayList<>();

    @Option(
            names = "--api-key-file",
            paramLabel = "FILE",
            description = "keys, one a line; lines that begin with # are passed over")
    private Optional<Path> keyFile = Optional.empty();

    @Option(
            names = {"--ssl-cert-file", "--ssl-certfile"},
            paramLabel = "FILE",
            description =
                    "speak TLS with the certificates in this PEM file, the server's own first")
    private Optional<Path> certificateFile = Optional.empty();

    @Option(
            names = {"--ssl-key-file", "--ssl-keyfile"},
            paramLabel = "FILE",
            description = "the certificate's private key, PEM (PKCS#8)")
    private Optional<Path> certificateKeyFile = Optional.empty();

    @Option(names = "--insecure", description = "listen to other machines without asking for a key")
    private boolean insecure;

    @Option(
            names = {"--allowed-host", "--allowed-hosts"},
            split = ",",
            paramLabel = "NAME",
            description = "further names under which clients reach the server")
    private List<String> names = new ArrayList<>();

    @Option(
            names = {"--served-model-name", "--alias"},
            split = ",",
            paramLabel = "NAME",
            description = "what clients call the models, in their order")
    private List<String> aliases = new ArrayList<>();

    @Option(
            names = "--max-queue-seconds",
            paramLabel = "S",
            description = "who has waited so long for a turn gets 408 (default: no limit)")
    private Optional<Double> queueSeconds = Optional.empty();

    @Option(
            names = "--rate-limit",
            paramLabel = "N",
            description = "requests a minute for each key, or address (default: no limit)")
    private Optional<Integer> rate = Optional.empty();

    @Option(
            names = "--shutdown-timeout",
            paramLabel = "S",
            description = "how long running answers may go on after SIGTERM (default 30)")
    private double shutdownSeconds = ServerOptions.DEFAULT.drain().toSeconds();

    @Option(
            names = "--max-body-bytes",
            paramLabel = "SIZE",
            description = "the longest request body (default 8M)")
    private Optional<String> bodyBytes = Optional.empty();

    @Mixin private PlaceOptions place = new PlaceOptions();

    @Option(
            names = "--log-jsonl",
            description = "log every request to standard error, a JSON object a line")
    private boolean logJson;

    @Option(names = "--dry-run", description = "open the models, print how much fits, and end")
    private boolean dryRun;

    @Override
    public Integer call() {
        if (logJson) {
            Logging.setStructured();
        }
        Map<String, String> served = served();
        ServerOptions options = options();
        EngineLimits limits = engine.limits(served.size());
        OpenOptions opening = place.options().withLimits(limits);
        // Opened first: a file that cannot be read should not leave a server behind.
        Map<String, TextModel> open = new LinkedHashMap<>();
        Map<String, PictureModel> drawing = new LinkedHashMap<>();
        List<String> worlds = new ArrayList<>();
        served.forEach(
                (name, model) -> {
                    Path path = ModelShelf.standard().find(model);
                    if (PictureFolder.is(path)) {
                        drawing.put(name, PictureFolder.open(path));
                    } else if (WorldFolder.is(path)) {
                        Worlds.require(model); // on the shelf; opened when it is first asked
                        worlds.add(model);
                    } else {
                        open.put(name, TextModel.open(model, opening));
                    }
                });
        ObjectNode object = Json.MAPPER.createObjectNode();
        List<String> words = new ArrayList<>();
        ArrayNode plans = object.putArray("models");
        open.forEach(
                (name, model) -> {
                    Plan plan = Plan.of(name, model, limits);
                    words.add(plan.toString());
                    plans.add(Json.MAPPER.<ObjectNode>valueToTree(plan));
                });
        drawing.forEach(
                (name, model) -> {
                    words.add(
                            "%s: draws pictures in %d steps"
                                    .formatted(name, model.manner().steps()));
                    plans.addObject().put("model", name).put("steps", model.manner().steps());
                });
        for (String world : worlds) {
            words.add("%s: a world, asked at /cumae/v1/world/...".formatted(world));
            plans.addObject().put("model", world);
        }
        if (dryRun) {
            output.print(object, () -> String.join("\n", words));
            open.values().forEach(TextModel::close);
            drawing.values().forEach(PictureModel::close);
            return 0;
        }
        CumaeServer server = CumaeServer.start(options);
        open.forEach(server::add);
        drawing.forEach(server::add);
        words.add("serving at " + server.url());
        object.put("url", server.url()).put("port", server.port());
        output.print(object, () -> String.join("\n", words));
        Runtime.getRuntime()
                .addShutdownHook(
                        Thread.ofPlatform()
                                .unstarted(
                                        () -> {
                                            server.close();
                                            open.values().forEach(TextModel::close);
                                            drawing.values().forEach(PictureModel::close);
                                        }));
        CompletableFuture<Object> lost =
                CompletableFuture.anyOf(
                        open.values().stream()
                                .map(TextModel::lost)
                                .toArray(CompletableFuture<?>[]::new));
        String reason = (String) lost.join(); // until a signal comes, as a rule
        throw new IllegalStateException(reason);
    }

    /// The models to open, by the names that clients call them.
    private Map<String, String> served() {
        List<String> given = models;
        if (given.isEmpty()) {
            given = ModelShelf.standard().largestFirst();
            Check.argument(
                    !given.isEmpty(),
                    "there is no bundled model under models/; give one, as in ./cumae serve"
                            + " model.gguf (a GGUF file, or a directory from Hugging Face with"
                            + " config.json, *.safetensors and tokenizer.json)");
        }
        Check.argument(
                aliases.size() <= given.size(),
                "there are %d names for %d models; give at most one each",
                aliases.size(),
                given.size());
        Map<String, String> served = new LinkedHashMap<>();
        for (int i = 0; i < given.size(); i++) {
            String name = i < aliases.size() ? aliases.get(i) : name(given.get(i));
            Check.argument(
                    served.put(name, given.get(i)) == null,
                    "two models are called '%s'; tell them apart with --served-model-name",
                    name);
        }
        return served;
    }

    private ServerOptions options() {
        List<String> allKeys = new ArrayList<>(keys);
        keyFile.ifPresent(file -> allKeys.addAll(keys(file)));
        Optional.ofNullable(System.getenv(KEY_VARIABLE))
                .filter(key -> !key.isBlank())
                .ifPresent(allKeys::add);
        ServerOptions options =
                ServerOptions.DEFAULT
                        .withInsecure(insecure)
                        .withKeys(allKeys)
                        .withHost(host)
                        .withPort(port)
                        .withNames(names)
                        .withDrain(seconds("--shutdown-timeout", shutdownSeconds));
        Check.argument(
                certificateFile.isPresent() == certificateKeyFile.isPresent(),
                "TLS needs both --ssl-cert-file and --ssl-key-file; give the other one too");
        if (certificateFile.isPresent()) {
            options =
                    options.withCertificate(
                            ServerCertificate.read(
                                    certificateFile.get(), certificateKeyFile.orElseThrow()));
        }
        if (bodyBytes.isPresent()) {
            options = options.withMaxBodyBytes(EngineOptions.size(bodyBytes.get()));
        }
        if (queueSeconds.isPresent()) {
            options = options.withPatience(seconds("--max-queue-seconds", queueSeconds.get()));
        }
        return rate.isPresent() ? options.withPerMinute(rate.get()) : options;
    }

    private static List<String> keys(Path file) {
        try {
            return Files.readAllLines(file).stream()
                    .map(String::strip)
                    .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the keys in " + file, e);
        }
    }

    private static Duration seconds(String flag, double seconds) {
        Check.argument(
                seconds >= 0 && seconds <= 1e9, "%s is %s; give seconds, 0 or more", flag, seconds);
        return Duration.ofMillis((long) (1000 * seconds));
    }

    /// A file's name without its ending.
    private static String name(String model) {
        String file = String.valueOf(Path.of(model).toAbsolutePath().normalize().getFileName());
        return file.endsWith(".gguf") ? file.substring(0, file.length() - 5) : file;
    }
}
