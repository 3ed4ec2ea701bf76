package org.cumae.cli;

import org.cumae.net.TransformerConfig;
import org.cumae.text.ModelInfo;
import org.cumae.unit.Tokenizer;
import org.cumae.weights.TensorInfo;
import org.cumae.weights.TensorType;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;

/// `cumae model info FILE`: what a model's files say.
@Command(
        name = "info",
        mixinStandardHelpOptions = true,
        description = {
            "Tell what a model's files say, without running it.",
            "Looks at every weight and warns of NaN, infinity and tensors of zeros."
        },
        footer = {
            "",
            "Example: ./cumae model info model.gguf --tensors",
            "A file that Cumae cannot run is described too; a warning says why."
        })
final class ModelInfoCommand implements Callable<Integer> {
    private static final int MOST_WARNINGS = 20;

    @Mixin private Output output = new Output();

    @Parameters(
            paramLabel = "FILE",
            description = "a GGUF or safetensors file, a Hugging Face directory, or a bundled name")
    private String file = "";

    @Option(names = "--tensors", description = "list the tensors too")
    private boolean tensors;

    @Option(
            names = "--headers-only",
            description = "do not read the weights themselves: faster, and blind to NaN")
    private boolean headersOnly;

    @Override
    public Integer call() {
        ModelInfo info = ModelInfo.read(file, !headersOnly);
        output.print(object(info), () -> words(info));
        return 0;
    }

    private ObjectNode object(ModelInfo info) {
        ObjectNode object = Json.MAPPER.createObjectNode();
        object.put("path", info.path().toString());
        object.put("kind", info.kind().toString());
        object.put("family", info.family());
        object.put("runs", info.shape().isPresent());
        object.put("parameters", info.weights().parameters());
        object.put("bytes", info.weights().bytes());
        object.set(
                "files",
                Json.MAPPER.valueToTree(
                        info.weights().files().stream().map(Path::toString).toList()));
        info.shape().ifPresent(shape -> object.set("shape", shape(shape)));
        info.contextLength().ifPresent(length -> object.put("context_length", length));
        ArrayNode dtypes = object.putArray("dtypes");
        info.weights()
                .bytesByType()
                .forEach(
                        (type, bytes) ->
                                dtypes.addObject()
                                        .put("dtype", name(type))
                                        .put("tensors", count(info, type))
                                        .put("bytes", bytes));
        info.tokenizer()
                .ifPresent(
                        it ->
                                object.putObject("tokenizer")
                                        .put("kind", it.tokenizer().name())
                                        .put("size", it.tokenizer().size())
                                        .put(
                                                "chat_template",
                                                it.templates().template().isPresent()));
        object.set("metadata", Json.MAPPER.valueToTree(info.weights().metadata()));
        object.set("warnings", Json.MAPPER.valueToTree(info.warnings()));
        if (tensors) {
            ArrayNode list = object.putArray("tensors");
            info.weights().tensors().forEach(tensor -> list.add(tensor(tensor)));
        }
        return object;
    }

    private static ObjectNode shape(TransformerConfig shape) {
        ObjectNode object = Json.MAPPER.createObjectNode();
        object.put("vocabulary", shape.vocabulary())
                .put("width", shape.width())
                .put("layers", shape.layers())
                .put("recurrent_layers", shape.layers() - shape.windows().size())
                .put("heads", shape.heads())
                .put("key_heads", shape.keyHeads())
                .put("head_dim", shape.headDim())
                .put("inner_width", shape.innerWidth())
                .put("tied_head", shape.tiedHead());
        window(shape).ifPresent(window -> object.put("window", window));
        return object;
    }

    private static ObjectNode tensor(TensorInfo tensor) {
        ObjectNode object = Json.MAPPER.createObjectNode();
        object.put("name", tensor.name()).put("dtype", name(tensor.type()));
        object.set("shape", Json.MAPPER.valueToTree(tensor.shape()));
        return object.put("bytes", tensor.bytes());
    }

    private static OptionalInt window(TransformerConfig shape) {
        return shape.windows().stream().flatMapToInt(OptionalInt::stream).reduce(Math::min);
    }

    private static String name(TensorType type) {
        return type.name().toLowerCase(Locale.ROOT);
    }

    private static long count(ModelInfo info, TensorType type) {
        return info.weights().tensors().stream().filter(it -> it.type() == type).count();
    }

    private String words(ModelInfo info) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("file", info.path().toString()));
        rows.add(List.of("kind", info.kind().toString()));
        rows.add(List.of("family", info.family().isEmpty() ? "not said" : info.family()));
        info.shape().ifPresent(shape -> rows.add(List.of("shape", shapeWords(shape))));
        rows.add(
                List.of(
                        "parameters",
                        String.format(
                                Locale.ROOT,
                                "%,d in %d tensors",
                                info.weights().parameters(),
                                info.weights().tensors().size())));
        rows.add(List.of("stored as", storage(info)));
        rows.add(
                List.of(
                        "context",
                        info.contextLength().isPresent()
                                ? info.contextLength().getAsInt() + " tokens"
                                : "not said"));
        rows.add(
                List.of(
                        "tokenizer",
                        info.tokenizer().map(it -> tokenizerWords(it.tokenizer())).orElse("none")));
        rows.add(
                List.of(
                        "chat template",
                        info.tokenizer().flatMap(it -> it.templates().template()).isPresent()
                                ? "yes"
                                : "no"));
        StringBuilder text = new StringBuilder(Words.table(rows));
        info.warnings().stream()
                .limit(MOST_WARNINGS)
                .forEach(warning -> text.append("\nwarning: ").append(warning));
        if (info.warnings().size() > MOST_WARNINGS) {
            text.append(
                    "\nand %d more warnings; --json lists them all"
                            .formatted(info.warnings().size() - MOST_WARNINGS));
        }
        if (tensors) {
            text.append("\n\n").append(tensorTable(info.weights().tensors()));
        }
        return text.toString();
    }

    private static String storage(ModelInfo info) {
        return info.weights().bytesByType().entrySet().stream()
                .map(
                        each ->
                                "%s (%s in %d tensors)"
                                        .formatted(
                                                name(each.getKey()),
                                                Words.bytes(each.getValue()),
                                                count(info, each.getKey())))
                .collect(Collectors.joining(", "));
    }

    private static String shapeWords(TransformerConfig shape) {
        List<String> words = new ArrayList<>();
        words.add("width %d".formatted(shape.width()));
        int rolling = shape.layers() - shape.windows().size();
        words.add(
                rolling == 0
                        ? "%d layers".formatted(shape.layers())
                        : "%d layers, %d of them recurrent".formatted(shape.layers(), rolling));
        if (shape.attends()) {
            words.add(
                    "%d heads (%d for keys) of %d"
                            .formatted(shape.heads(), shape.keyHeads(), shape.headDim()));
        }
        if (shape.innerWidth() > 0) {
            words.add("inner width %d".formatted(shape.innerWidth()));
        }
        words.add("%d ids".formatted(shape.vocabulary()));
        window(shape).ifPresent(window -> words.add("window " + window));
        return String.join(", ", words);
    }

    private static String tokenizerWords(Tokenizer tokenizer) {
        return "%s, %d ids".formatted(tokenizer.name(), tokenizer.size());
    }

    private static String tensorTable(List<TensorInfo> tensors) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("tensor", "dtype", "shape", "size"));
        for (TensorInfo tensor : tensors) {
            rows.add(
                    List.of(
                            tensor.name(),
                            name(tensor.type()),
                            tensor.shape().toString(),
                            Words.bytes(tensor.bytes())));
        }
        return Words.table(rows);
    }
}
