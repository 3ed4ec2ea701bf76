package org.cumae.net;

import org.cumae.model.Denoising;
import org.cumae.net.TransformerConfig.Activation;
import org.cumae.net.TransformerConfig.Bias;
import org.cumae.net.TransformerConfig.NormKind;
import org.cumae.weights.WeightFileException;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/// Reads the shape of a transformer out of a Hugging Face `config.json`. What a file leaves out has
/// the value that the `transformers` library gives it.
final class HuggingFaceConfig {
    private static final String KNOWN =
            "llama, mistral, qwen2, qwen3, gpt2, mamba, mamba2, jamba, s4, s4d, s5, any_subset, pointers and"
                    + " picture";
    private static final int NO_END = 1 << 20; // rows, where nothing but memory limits them

    private final String name;
    private final ConfigJson json;
    private final String family;

    HuggingFaceConfig(String name, ConfigJson json) {
        this.name = name;
        this.json = json;
        this.family = json.text("model_type").orElse("");
    }

    TransformerConfig read() {
        return switch (family) {
            case "llama",
                    "mistral",
                    "qwen2",
                    "qwen3",
                    TransformerConfig.ANY_SUBSET,
                    TransformerConfig.PICTURE,
                    TransformerConfig.POINTERS ->
                    llama();
            case "gpt2" -> gpt2();
            case "mamba" -> mamba();
            case "mamba2" -> mamba2();
            case "jamba" -> jamba();
            case "s4" -> rolling(new Mixing.S4(json.requireCount("state_size")), true);
            case "s4d" -> rolling(new Mixing.S4d(json.requireCount("state_size"), start()), true);
            case "s5" ->
                    rolling(
                            new Mixing.S5(
                                    json.requireCount("state_size"),
                                    json.count("blocks").orElse(1),
                                    start()),
                            true);
            default -> throw json.unknown("model_type", family, KNOWN);
        };
    }

    private TransformerConfig llama() {
        requireSilu();
        int width = json.requireCount("hidden_size");
        int heads = json.requireCount("num_attention_heads");
        boolean llama = family.equals("llama");
        boolean qwen3 = family.equals("qwen3");
        int layers = json.requireCount("num_hidden_layers");
        return new TransformerConfig(
                name,
                family,
                json.requireCount("vocab_size"),
                width,
                heads,
                llama
                        ? json.count("num_key_value_heads").orElse(heads)
                        : json.requireCount("num_key_value_heads"),
                json.count("head_dim").orElse(qwen3 ? 128 : width / Math.max(heads, 1)),
                json.requireCount("intermediate_size"),
                json.requireCount("max_position_embeddings"),
                Mixing.attention(windows(layers)),
                NormKind.RMS,
                json.number("rms_norm_eps").orElse(1e-6),
                positions(),
                Activation.SWIGLU,
                biases(),
                qwen3 || json.flag("qk_norm", false),
                json.flag("tie_word_embeddings", false),
                json.object("denoising").map(HuggingFaceConfig::denoising),
                json.object("picture").map(HuggingFaceConfig::picture));
    }

    /// Ours: how masks are filled.
    private static Denoising denoising(ConfigJson settings) {
        try {
            return new Denoising(
                    settings.requireCount("block_size"),
                    Denoising.Reading.parse(settings.text("reading").orElse("")),
                    settings.flag("shifted", false));
        } catch (IllegalArgumentException e) {
            throw new WeightFileException(
                    e, settings.file(), "field \"denoising\": %s", String.valueOf(e.getMessage()));
        }
    }

    private Set<Bias> biases() {
        Set<Bias> biases = EnumSet.noneOf(Bias.class);
        boolean attention = !family.equals("qwen2") && json.flag("attention_bias", false);
        boolean within = family.equals("qwen2") || json.flag("use_qkv_bias", false);
        if (attention || within) {
            biases.add(Bias.QUERY_KEY_VALUE);
        }
        if (attention) {
            biases.add(Bias.OUTPUT);
        }
        if (json.flag("mlp_bias", false)) {
            biases.add(Bias.MLP);
        }
        return biases;
    }

    private List<OptionalInt> windows(int layers) {
        OptionalInt window =
                switch (family) {
                    case "mistral" ->
                            json.names("sliding_window")
                                    ? json.count("sliding_window")
                                    : OptionalInt.of(4096);
                    case "qwen2", "qwen3" ->
                            json.flag("use_sliding_window", false)
                                    ? OptionalInt.of(json.count("sliding_window").orElse(4096))
                                    : OptionalInt.empty();
                    default -> OptionalInt.empty();
                };
        int first = family.equals("mistral") ? 0 : json.count("max_window_layers").orElse(28);
        Optional<List<String>> types = json.texts("layer_types");
        if (types.isPresent() && types.get().size() != layers) {
            throw json.unknown("layer_types", types.get(), "one type for each layer");
        }
        List<OptionalInt> windows = new ArrayList<>();
        for (int layer = 0; layer < layers; layer++) {
            int at = layer;
            boolean slides = types.map(all -> slides(all.get(at))).orElse(at >= first);
            windows.add(slides ? window : OptionalInt.empty());
        }
        return windows;
    }

    private boolean slides(String type) {
        return switch (type) {
            case "sliding_attention" -> true;
            case "full_attention" -> false;
            default ->
                    throw json.unknown("layer_types", type, "full_attention and sliding_attention");
        };
    }

    private static PictureShape picture(ConfigJson json) {
        return new PictureShape(
                json.count("vector").orElse(0),
                json.flag("modulated", false),
                json.count("directions").orElse(1),
                json.object("flow").map(HuggingFaceConfig::flow));
    }

    private static FlowShape flow(ConfigJson json) {
        return new FlowShape(
                json.count("layers").orElse(0),
                named(json, "reach", FlowShape.Reach.values()),
                named(json, "told", FlowShape.Told.values()),
                json.flag("timed", json.count("layers").orElse(0) == 0),
                json.count("phases").orElse(1),
                json.count("encoder").orElse(0),
                json.text("variance").isPresent()
                        ? named(json, "variance", FlowShape.Variance.values())
                        : FlowShape.Variance.CHOSEN);
    }

    private static <E extends Enum<E>> E named(ConfigJson json, String field, E[] all) {
        String word = json.text(field).orElse("");
        return Arrays.stream(all)
                .filter(each -> each.name().equalsIgnoreCase(word))
                .findFirst()
                .orElseThrow(() -> json.unknown(field, word, Arrays.toString(all)));
    }

    private Positions positions() {
        if (family.equals(TransformerConfig.POINTERS) && !json.objects("sheets").isEmpty()) {
            return new Positions.Stack(
                    json.objects("sheets").stream()
                            .map(
                                    sheet ->
                                            new Positions.Stack.Sheet(
                                                    sheet.requireCount("rows"),
                                                    sheet.requireCount("columns"),
                                                    sheet.requireCount("slots")))
                            .toList(),
                    json.number("rope_theta").orElse(100));
        }
        if (!family.equals(TransformerConfig.PICTURE)) {
            return rotary();
        }
        List<ConfigJson> grids = json.objects("grids");
        if (!grids.isEmpty()) {
            return new Positions.Pyramid(
                    grids.stream().map(grid -> grid.requireCount("side")).toList(),
                    json.number("rope_theta").orElse(10_000));
        }
        return json.object("grid")
                .<Positions>map(
                        grid ->
                                new Positions.Grid(
                                        grid.requireCount("rows"),
                                        grid.requireCount("columns"),
                                        json.number("rope_theta").orElse(10_000)))
                .orElse(new Positions.Learned());
    }

    /// The newer spelling holds all in `rope_parameters`, the older one beside `rope_scaling`.
    private Positions rotary() {
        Optional<ConfigJson> parameters = json.object("rope_parameters");
        Optional<ConfigJson> settings = parameters.or(() -> json.object("rope_scaling"));
        double base = json.number("rope_theta").orElse(10_000);
        if (parameters.isPresent()) {
            base = parameters.get().number("rope_theta").orElse(base);
        }
        double share =
                settings.orElse(json)
                        .number("partial_rotary_factor")
                        .orElse(json.number("partial_rotary_factor").orElse(1));
        if (share != 1) {
            throw json.unknown("partial_rotary_factor", share, "1");
        }
        Positions.Scaling scaling =
                settings.map(HuggingFaceConfig::scaling).orElse(new Positions.Scaling.None());
        return new Positions.Rotary(base, Positions.Pairing.HALVES, scaling);
    }

    private static Positions.Scaling scaling(ConfigJson settings) {
        String type = settings.text("rope_type").or(() -> settings.text("type")).orElse("default");
        return switch (type) {
            case "default" -> new Positions.Scaling.None();
            case "linear" -> new Positions.Scaling.Linear(settings.requireNumber("factor"));
            case "llama3" ->
                    new Positions.Scaling.Llama3(
                            settings.requireNumber("factor"),
                            settings.requireNumber("low_freq_factor"),
                            settings.requireNumber("high_freq_factor"),
                            settings.requireNumber("original_max_position_embeddings"));
            default -> throw settings.unknown("rope_type", type, "default, linear and llama3");
        };
    }

    private TransformerConfig gpt2() {
        String activation = json.text("activation_function").orElse("gelu_new");
        if (!activation.equals("gelu_new") && !activation.equals("gelu_pytorch_tanh")) {
            throw json.unknown("activation_function", activation, "gelu_new and gelu_pytorch_tanh");
        }
        if (!json.flag("scale_attn_weights", true)) {
            throw json.unknown("scale_attn_weights", false, "true");
        }
        if (json.flag("scale_attn_by_inverse_layer_idx", false)) {
            throw json.unknown("scale_attn_by_inverse_layer_idx", true, "false");
        }
        int width = json.requireCount("n_embd");
        int heads = json.requireCount("n_head");
        return new TransformerConfig(
                name,
                family,
                json.requireCount("vocab_size"),
                width,
                heads,
                heads,
                width / Math.max(heads, 1),
                json.count("n_inner").orElse(4 * width),
                json.requireCount("n_positions"),
                Mixing.attention(json.requireCount("n_layer")),
                NormKind.LAYER,
                json.number("layer_norm_epsilon").orElse(1e-5),
                new Positions.Learned(),
                Activation.GELU_TANH,
                EnumSet.allOf(Bias.class),
                false,
                json.flag("tie_word_embeddings", true));
    }

    private TransformerConfig mamba() {
        requireSilu();
        int width = json.requireCount("hidden_size");
        int inner = json.count("intermediate_size").orElse(width * json.count("expand").orElse(2));
        return rolling(
                new Mixing.Mamba(
                        inner,
                        json.count("state_size").orElse(16),
                        json.count("conv_kernel").orElse(4),
                        rank("time_step_rank", width),
                        false,
                        json.flag("use_bias", false),
                        json.flag("use_conv_bias", true)),
                true);
    }

    private TransformerConfig mamba2() {
        requireSilu();
        if (!json.flag("rms_norm", true)) {
            throw json.unknown("rms_norm", false, "true");
        }
        int width = json.requireCount("hidden_size");
        int heads = json.requireCount("num_heads");
        int headDim = json.requireCount("head_dim");
        int expand = json.count("expand").orElse(2);
        if (heads * headDim != expand * width) {
            throw json.unknown(
                    "num_heads",
                    heads,
                    "%d heads of head_dim %d, which make up expand times hidden_size"
                            .formatted(expand * width / Math.max(headDim, 1), headDim));
        }
        List<Double> limits =
                json.numbers("time_step_limit").orElse(List.of(0.0, Double.POSITIVE_INFINITY));
        if (limits.size() != 2) {
            throw json.unknown("time_step_limit", limits, "two numbers");
        }
        return rolling(
                new Mixing.Mamba2(
                        heads,
                        headDim,
                        json.count("n_groups").orElse(8),
                        json.count("state_size").orElse(128),
                        json.count("conv_kernel").orElse(4),
                        json.count("chunk_size").orElse(256),
                        json.flag("use_bias", false),
                        json.flag("use_conv_bias", true),
                        limits.getFirst(),
                        limits.getLast()),
                false);
    }

    private Start start() {
        return json.text("start").isEmpty() ? Start.LEGS : named(json, "start", Start.values());
    }

    private TransformerConfig rolling(Mixing mixing, boolean tied) {
        return new TransformerConfig(
                name,
                family,
                json.requireCount("vocab_size"),
                json.requireCount("hidden_size"),
                0,
                0,
                0,
                0,
                json.count("max_position_embeddings").orElse(NO_END),
                Collections.nCopies(json.requireCount("num_hidden_layers"), mixing),
                NormKind.RMS,
                json.number("layer_norm_epsilon").orElse(1e-5),
                new Positions.None(),
                Activation.SWIGLU,
                Set.of(),
                false,
                json.flag("tie_word_embeddings", tied));
    }

    private TransformerConfig jamba() {
        requireSilu();
        int experts = json.count("num_experts").orElse(16);
        if (experts != 1) {
            throw json.unknown("num_experts", experts, "1");
        }
        int width = json.requireCount("hidden_size");
        int heads = json.requireCount("num_attention_heads");
        int period = json.count("attn_layer_period").orElse(8);
        int offset = json.count("attn_layer_offset").orElse(4);
        Mixing rolls =
                new Mixing.Mamba(
                        width * json.count("mamba_expand").orElse(2),
                        json.count("mamba_d_state").orElse(16),
                        json.count("mamba_d_conv").orElse(4),
                        rank("mamba_dt_rank", width),
                        true,
                        json.flag("mamba_proj_bias", false),
                        json.flag("mamba_conv_bias", true));
        List<Mixing> mixing = new ArrayList<>();
        for (int layer = 0; layer < json.requireCount("num_hidden_layers"); layer++) {
            boolean attends = layer % Math.max(period, 1) == offset;
            mixing.add(attends ? new Mixing.Attention(OptionalInt.empty()) : rolls);
        }
        return new TransformerConfig(
                name,
                family,
                json.requireCount("vocab_size"),
                width,
                heads,
                json.count("num_key_value_heads").orElse(heads),
                width / Math.max(heads, 1),
                json.requireCount("intermediate_size"),
                json.count("max_position_embeddings").orElse(NO_END),
                mixing,
                NormKind.RMS,
                json.number("rms_norm_eps").orElse(1e-6),
                new Positions.None(),
                Activation.SWIGLU,
                Set.of(),
                false,
                json.flag("tie_word_embeddings", false));
    }

    /// A count, or `auto` for a sixteenth of the width.
    private int rank(String field, int width) {
        int auto = Math.ceilDiv(width, 16);
        return json.isText(field)
                ? json.text(field)
                        .filter("auto"::equals)
                        .map(_ -> auto)
                        .orElseThrow(
                                () ->
                                        json.unknown(
                                                field,
                                                json.text(field).orElse(""),
                                                "auto and counts"))
                : json.count(field).orElse(auto);
    }

    private void requireSilu() {
        String activation = json.text("hidden_act").orElse("silu");
        if (!activation.equals("silu")) {
            throw json.unknown("hidden_act", activation, "silu");
        }
    }
}
