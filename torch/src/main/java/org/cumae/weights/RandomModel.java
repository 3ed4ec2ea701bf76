package org.cumae.weights;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;

/// A model of the Llama family with random weights and a made-up vocabulary, as a GGUF file: as
/// large and as slow as a real one, so speed can be measured without fetching a model.
///
/// @param width the width of a token's vector
/// @param layers how many layers
/// @param heads attention heads; they divide the width
/// @param keyHeads heads of keys and values; they divide the heads
/// @param feedForward the width inside the feed-forward part
/// @param vocabulary how many tokens; 259 or more
/// @param type how matrices are stored: `F32`, `F16` or `Q8_0`; vectors are always `F32`
/// @param seed the same seed gives the same file
public record RandomModel(
        int width,
        int layers,
        int heads,
        int keyHeads,
        int feedForward,
        int vocabulary,
        TensorType type,
        long seed) {
    private static final int CONTEXT = 2048;
    private static final double EPSILON = 1e-5f;
    private static final float DEVIATION = 0.02f;
    private static final List<TensorType> TYPES =
            List.of(TensorType.F32, TensorType.F16, TensorType.Q8_0);

    /// Tokens that are no text: three for control, one for each byte.
    private static final int SPECIAL = 3 + 256;

    /// Checks every number.
    public RandomModel {
        check(width > 0, "width is %d; it must be 1 or more", width);
        check(layers > 0, "layers is %d; it must be 1 or more", layers);
        check(
                heads > 0 && width % heads == 0,
                "heads is %d; it must divide the width %d",
                heads,
                width);
        check(
                keyHeads > 0 && heads % keyHeads == 0,
                "keyHeads is %d; it must divide the %d heads",
                keyHeads,
                heads);
        check(feedForward > 0, "feedForward is %d; it must be 1 or more", feedForward);
        check(
                vocabulary >= SPECIAL,
                "vocabulary is %d; it must be %d or more",
                vocabulary,
                SPECIAL);
        check(TYPES.contains(type), "type is %s; it must be one of %s", type, TYPES);
        check(
                width % type.blockValues() == 0 && feedForward % type.blockValues() == 0,
                "width %d and feedForward %d must be multiples of %d for type %s",
                width,
                feedForward,
                type.blockValues(),
                type);
    }

    private static void check(boolean holds, String message, Object... values) {
        if (!holds) {
            throw new IllegalArgumentException(String.format(Locale.ROOT, message, values));
        }
    }

    /// The number of weights.
    public long parameters() {
        return tensors().stream().mapToLong(tensor -> tensor.info().elements()).sum();
    }

    /// Writes the file.
    public void write(Path target) {
        GgufWriter.write(target, metadata(), tensors());
    }

    private Map<String, MetadataValue> metadata() {
        Map<String, MetadataValue> values = new LinkedHashMap<>();
        values.put(GgufReader.ARCHITECTURE, new MetadataValue.Text("llama"));
        values.put("general.name", new MetadataValue.Text("random"));
        values.put("llama.context_length", count(CONTEXT));
        values.put("llama.embedding_length", count(width));
        values.put("llama.block_count", count(layers));
        values.put("llama.feed_forward_length", count(feedForward));
        values.put("llama.attention.head_count", count(heads));
        values.put("llama.attention.head_count_kv", count(keyHeads));
        values.put("llama.rope.dimension_count", count(width / heads));
        values.put(
                "llama.attention.layer_norm_rms_epsilon",
                new MetadataValue.Real(MetadataType.F32, EPSILON));
        values.put("general.file_type", count(fileType()));
        values.put("llama.vocab_size", count(vocabulary));
        values.put("tokenizer.ggml.model", new MetadataValue.Text("llama"));
        values.put("tokenizer.ggml.tokens", new MetadataValue.Texts(tokens()));
        values.put("tokenizer.ggml.scores", MetadataValue.Numbers.of(scores()));
        values.put("tokenizer.ggml.token_type", MetadataValue.Numbers.of(kinds()));
        values.put("tokenizer.ggml.bos_token_id", count(1));
        values.put("tokenizer.ggml.eos_token_id", count(2));
        return values;
    }

    private static MetadataValue count(int value) {
        return new MetadataValue.Whole(MetadataType.U32, value);
    }

    /// The number by which llama.cpp calls a file whose matrices have this type.
    private int fileType() {
        return type == TensorType.Q8_0 ? 7 : type.ggufId();
    }

    private List<String> tokens() {
        List<String> tokens = new ArrayList<>(List.of("<unk>", "<s>", "</s>"));
        for (int b = 0; b < 256; b++) {
            tokens.add(String.format(Locale.ROOT, "<0x%02X>", b));
        }
        for (int i = 0; i < vocabulary - SPECIAL; i++) {
            StringBuilder word = new StringBuilder("\u2581");
            for (int letter = 0, rest = i; letter < 4; letter++, rest /= 26) {
                word.append((char) ('a' + rest % 26));
            }
            tokens.add(word.toString());
        }
        return tokens;
    }

    private float[] scores() {
        float[] scores = new float[vocabulary];
        for (int id = 0; id < vocabulary; id++) {
            scores[id] = -(float) id;
        }
        return scores;
    }

    private int[] kinds() {
        int[] kinds = new int[vocabulary];
        Arrays.fill(kinds, GgufVocabulary.Kind.NORMAL.number());
        Arrays.fill(kinds, 0, SPECIAL, GgufVocabulary.Kind.BYTE.number());
        kinds[0] = GgufVocabulary.Kind.UNKNOWN.number();
        kinds[1] = GgufVocabulary.Kind.CONTROL.number();
        kinds[2] = GgufVocabulary.Kind.CONTROL.number();
        return kinds;
    }

    private List<NewTensor> tensors() {
        List<NewTensor> tensors = new ArrayList<>();
        SplittableRandom random = new SplittableRandom(seed);
        tensors.add(matrix("token_embd.weight", vocabulary, width, random));
        tensors.add(ones("output_norm.weight"));
        tensors.add(matrix("output.weight", vocabulary, width, random));
        for (int layer = 0; layer < layers; layer++) {
            String block = "blk." + layer + ".";
            tensors.add(ones(block + "attn_norm.weight"));
            tensors.add(ones(block + "ffn_norm.weight"));
            int keys = width / heads * keyHeads;
            tensors.add(matrix(block + "attn_q.weight", width, width, random));
            tensors.add(matrix(block + "attn_k.weight", keys, width, random));
            tensors.add(matrix(block + "attn_v.weight", keys, width, random));
            tensors.add(matrix(block + "attn_output.weight", width, width, random));
            tensors.add(matrix(block + "ffn_gate.weight", feedForward, width, random));
            tensors.add(matrix(block + "ffn_up.weight", feedForward, width, random));
            tensors.add(matrix(block + "ffn_down.weight", width, feedForward, random));
        }
        return tensors;
    }

    private NewTensor ones(String name) {
        float[] values = new float[width];
        Arrays.fill(values, 1);
        return NewTensor.floats(name, List.of((long) width), values);
    }

    private NewTensor matrix(String name, int rows, int columns, SplittableRandom parent) {
        SplittableRandom random = parent.split();
        TensorInfo info = TensorInfo.of(name, type, List.of((long) rows, (long) columns));
        return new NewTensor(info, sink -> writeNormal(random, rows, columns, sink));
    }

    /// Writes rows of normal numbers, a few at a time.
    private void writeNormal(SplittableRandom random, int rows, int columns, WholeFile.Sink sink)
            throws IOException {
        float[] row = new float[columns];
        byte[] packed = new byte[columns / type.blockValues() * type.blockBytes()];
        for (int r = 0; r < rows; r++) {
            for (int c = 0; c < columns; c++) {
                row[c] = (float) random.nextGaussian() * DEVIATION;
            }
            type.encode(row, packed);
            sink.write(MemorySegment.ofArray(packed));
        }
    }
}
