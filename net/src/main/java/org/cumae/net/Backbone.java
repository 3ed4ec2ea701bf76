package org.cumae.net;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.cumae.Check;
import org.cumae.model.Denoising;
import org.cumae.model.Want.Voice;
import org.cumae.torch.Device;
import org.cumae.torch.Libtorch;
import org.cumae.torch.Ops;
import org.cumae.torch.PackedMatrix;
import org.cumae.torch.Ranks;
import org.cumae.weights.NewTensor;
import org.cumae.weights.SafetensorsWriter;
import org.cumae.weights.TensorType;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/// The layers of a decoder-only transformer and their weights: Llama, Qwen 2 and 3, Mistral and
/// GPT-2, by configuration. [Transformer] decodes with it; a trainer changes its weights.
public final class Backbone implements AutoCloseable {
    /// The file in a model's directory that holds what it has learned for masks.
    public static final String MASKS = "mtp.safetensors";

    private static final double NARROW = 3; // times the deviation of a wide model's matrices

    private final TransformerConfig config;
    private final Device device;
    private final Weights weights;
    private final Optional<Foresight> foresight;
    private boolean closed;

    /// Takes the weights over.
    Backbone(
            TransformerConfig config,
            Device device,
            Weights weights,
            Optional<Foresight> foresight) {
        this.config = config;
        this.device = device;
        this.weights = weights;
        this.foresight = foresight;
    }

    /// Weights by chance, to be trained.
    ///
    /// @param seed of libtorch's generator; equal seeds give equal weights
    public static Backbone fresh(TransformerConfig config, long seed) {
        Libtorch.load();
        torch.manual_seed(seed);
        try (var _ = new PointerScope()) {
            Weights weights = Weights.take(new Fresh(), config, Gpt2Names.NEW);
            // what blocks add to the residual stream should not grow with the depth
            int adds = config.layers() * (config.innerWidth() == 0 ? 1 : 2);
            double share = 1 / Math.sqrt(adds);
            weights.blocks().forEach(block -> begin(block, share));
            weights.branches().forEach(branch -> begin(branch.block(), share));
            weights.flow().ifPresent(flow -> begin(flow, share));
            if (config.positions() instanceof Positions.Stack) {
                beginLooking(weights);
            }
            return new Backbone(config, Device.CPU, weights, Optional.empty());
        }
    }

    /// Loads a directory to be taught masks: its own weights stay as they are, and what is added to
    /// them changes nothing yet.
    ///
    /// @param seed of libtorch's generator; equal seeds begin alike
    /// @throws org.cumae.weights.WeightFileException as [#load(Path)]
    public static Backbone loadForMasks(Path folder, MaskShape shape, long seed) {
        Check.argument(
                !HuggingFaceCheckpoint.config(folder).rolls(),
                "%s rolls from row to row, and masks would change what it remembers; teach it heads"
                        + " (a recipe of kind medusa)",
                folder);
        Libtorch.load();
        torch.manual_seed(seed);
        try (var _ = new PointerScope()) {
            return HuggingFaceCheckpoint.load(
                    folder, Device.CPU, Optional.empty(), shape, new Fresh());
        }
    }

    /// Loads a directory in float32 to be taught to fill masks: a next-token model, which gets a
    /// mask, or one that fills them already and is to do it otherwise.
    ///
    /// @param how it is to fill them
    /// @param seed of libtorch's generator; equal seeds begin alike
    /// @throws IllegalArgumentException if it does not attend with rotary positions
    /// @throws org.cumae.weights.WeightFileException as [#load(Path)]
    public static Backbone loadForFilling(Path folder, Denoising how, long seed) {
        Libtorch.load();
        torch.manual_seed(seed);
        try (var _ = new PointerScope()) {
            return HuggingFaceCheckpoint.loadForFilling(folder, how);
        }
    }

    /// Loads a directory in float32 with the masks that it has learned, to be taught further or
    /// merged.
    ///
    /// @throws org.cumae.weights.WeightFileException as [#load(Path)]; also if it has none
    public static Backbone loadWithMasks(Path folder) {
        try (var _ = new PointerScope()) {
            return HuggingFaceCheckpoint.loadWithMasks(folder, Device.CPU, Optional.empty());
        }
    }

    private static void begin(Block block, double share) {
        if (block.mixer() instanceof Recurrent rolls) {
            rolls.begin();
        }
        shrink(block.mixer().output(), share);
        block.feed().ifPresent(feed -> shrink(feed.mlp().down(), share));
        block.modulation().ifPresent(Modulation::begin);
    }

    private static void begin(Flow flow, double share) {
        flow.begin();
        if (flow instanceof FlowHead head) {
            head.blocks().forEach(block -> begin(block, share));
        }
    }

    /// A narrow model whose matrices are as small as those of a wide one is next to the identity,
    /// and what has to be learned in several layers at once is not learned.
    private static void beginLooking(Weights weights) {
        weights.owned().tensors().stream()
                .filter(stored -> stored.role() == Source.Role.MATRIX)
                .forEach(stored -> stored.tensor().mul_(Ops.scalar(NARROW)));
        weights.blocks().forEach(block -> ((Attention) block.mixer()).beginAlike());
    }

    private static void shrink(Linear linear, double share) {
        if (linear instanceof Linear.Plain(Tensor weight, Optional<Tensor> _)) {
            weight.mul_(Ops.scalar(share));
        }
    }

    /// Loads weights in float32, to be trained or saved; see [#load(Path, Device, Precision)].
    public static Backbone load(Path path) {
        return load(path, Device.CPU, Optional.empty());
    }

    /// Loads a directory as Hugging Face lays it out, or a GGUF file of architecture llama, to be
    /// used as it is, with the masks that it has learned (`mtp.safetensors` in the directory).
    ///
    /// @param device where it is to live
    /// @param precision in how many bits its matrices are held
    /// @throws IllegalArgumentException if the device cannot hold that precision, or the precision
    ///   a weight
    /// @throws org.cumae.weights.WeightFileException if it is damaged, of another kind, or its
    ///   tensors do not fit its configuration
    public static Backbone load(Path path, Device device, Precision precision) {
        precision.check(device);
        Optional<Precision> packing =
                precision.packs(device) ? Optional.of(precision) : Optional.empty();
        if (!Files.exists(path.resolve(MASKS))) {
            return load(path, device, packing);
        }
        try (var _ = new PointerScope()) {
            return HuggingFaceCheckpoint.loadWithMasks(path, device, packing);
        }
    }

    /// Loads one of several processes' share, without masks. All ranks compute its rows in step;
    /// the first alone has the head.
    static Backbone load(Path path, Device device, Precision precision, Ranks ranks) {
        precision.check(device);
        Optional<Precision> packing =
                precision.packs(device) ? Optional.of(precision) : Optional.empty();
        Backbone share = load(path, device, packing, new Share(ranks.rank(), ranks.count()));
        return new Backbone(share.config, device, share.weights.addedUpBy(ranks), Optional.empty());
    }

    private static Backbone load(Path path, Device device, Optional<Precision> packing) {
        return load(path, device, packing, Share.WHOLE);
    }

    private static Backbone load(
            Path path, Device device, Optional<Precision> packing, Share share) {
        Libtorch.load();
        try (var _ = new PointerScope()) {
            return Files.exists(path.resolve("config.json"))
                    ? HuggingFaceCheckpoint.load(path, device, packing, share)
                    : GgufCheckpoint.load(path, device, packing, share);
        }
    }

    /// Its shape.
    public TransformerConfig config() {
        return config;
    }

    /// How many masks it has learned, 0 for most models.
    public int masks() {
        return foresight
                .map(known -> known.shape().masks())
                .orElse(config.inputs() - config.vocabulary());
    }

    /// Whether it has learned masks by which it foresees tokens, and drafts for itself.
    boolean foresees() {
        return foresight.isPresent();
    }

    /// How many weights it holds, without those for masks.
    public long parameters() {
        return weights.owned().parameters();
    }

    /// How much memory all of them take, those for masks too, in bytes.
    public long weightBytes() {
        return weights.owned().bytes() + foresight.map(known -> known.owned().bytes()).orElse(0L);
    }

    /// How many bytes its recurrent layers remember of a context, once.
    long memoryBytes() {
        return Memories.bytes(
                weights.blocks().stream()
                        .map(Block::mixer)
                        .filter(Recurrent.class::isInstance)
                        .map(Recurrent.class::cast)
                        .toList());
    }

    /// Where it lives.
    public Device device() {
        return device;
    }

    /// All weights that are not packed, borrowed, always in the same order.
    public List<Tensor> tensors() {
        return weights.owned().tensors().stream().map(Stored::tensor).toList();
    }

    /// Whether weight decay should shrink one of its tensors: matrices, but not what sets how fast
    /// something changes.
    @SuppressWarnings("ReferenceEquality") // the tensor itself, not an equal one
    public boolean decays(Tensor weight) {
        return weight.dim() > 1
                && weights.owned().tensors().stream()
                        .noneMatch(
                                stored ->
                                        stored.tensor() == weight
                                                && stored.role() == Source.Role.RATE);
    }

    /// How many weights it holds for masks.
    public long maskParameters() {
        return known().owned().parameters();
    }

    /// What it has learned for masks, borrowed, always in the same order.
    public List<Tensor> maskTensors() {
        return known().owned().tensors().stream().map(Stored::tensor).toList();
    }

    private Foresight known() {
        return foresight.orElseThrow(
                () ->
                        new IllegalStateException(
                                "model %s has learned no masks; load it to be taught some"
                                        .formatted(config.name())));
    }

    /// Looks at whole sequences as they are, for [#foresee]. Needs an open scope; nothing of it is
    /// learned from.
    ///
    /// @param ids `[sequences, length] int64`
    public Seen see(Tensor ids) {
        int sequences = Math.toIntExact(ids.size(0));
        int length = checkedLength(ids);
        try (var _ = new NoGradGuard()) {
            Recorded sight = new Recorded(new Batch(sequences, length, Optional.empty()));
            Tensor x = embedded(ids.flatten());
            return new Seen(sight, norm(rows(x, places(sequences, length), sight, Gate.CLOSED)));
        }
    }

    /// What is seen under masks that stand behind some places of whole sequences. Needs an open
    /// scope.
    ///
    /// @param seen the sequences
    /// @param places the places in each sequence, from 0
    /// @param count how many masks stand behind each; mask `j`, from 1, at `place + j`
    /// @return `[sequences * places * count, width]` for [#head]
    public Tensor foresee(Seen seen, List<Integer> places, int count) {
        Foresight known = known();
        int sequences = seen.sight().batch().size();
        int length = seen.sight().batch().length();
        Check.argument(
                count > 0 && count <= known.shape().masks(),
                "%d masks are asked for behind each place; model %s has learned %d",
                count,
                config.name(),
                known.shape().masks());
        int rows = places.size() * count;
        int[] masks = new int[sequences * rows];
        int[] positions = new int[masks.length];
        for (int i = 0; i < masks.length; i++) {
            masks[i] = i % count;
            positions[i] = places.get(i % rows / count) + 1 + masks[i];
        }
        Map<OptionalInt, Tensor> seeing = new HashMap<>();
        for (OptionalInt window : config.windows()) {
            seeing.computeIfAbsent(window, w -> Behind.columns(device, places, count, length, w));
        }
        Tensor x = known.embeddings().index_select(0, device.ids(masks)); // [tokens, width]
        return norm(rows(x, positions, new Behind(seen.sight(), rows, seeing), Gate.OPEN));
    }

    /// Hidden states that know the token before theirs, for [#head]. Needs an open scope.
    ///
    /// @param before the tokens before, `[rows] int64`
    /// @param hidden `[rows, width]`
    public Tensor joined(Tensor before, Tensor hidden) {
        return known().joined(looked(weights.embedding(), before), hidden);
    }

    /// The logits after each row of whole sequences. Needs an open scope.
    ///
    /// @param ids `[sequences, length] int64`
    /// @param mask which rows of its sequence a row sees, `[length, length] bool` or `[sequences,
    ///   1, length, length] bool`; without it itself and those before it
    /// @param dropout what is lost in training
    /// @return `[sequences * length, vocab]`
    public Tensor logits(Tensor ids, Optional<Tensor> mask, Optional<Dropout> dropout) {
        int sequences = Math.toIntExact(ids.size(0));
        int length = checkedLength(ids);
        Tensor x = embedded(ids.flatten());
        Sight sight = new Batch(sequences, length, mask);
        return head(norm(rows(x, places(sequences, length), sight, Gate.CLOSED, dropout)));
    }

    private int checkedLength(Tensor ids) {
        int length = Math.toIntExact(ids.size(1));
        Check.argument(
                length <= config.maxLength(),
                "the sequences hold %d rows; model %s holds at most %d",
                length,
                config.name(),
                config.maxLength());
        return length;
    }

    private static int[] places(int sequences, int length) {
        return IntStream.range(0, sequences * length).map(row -> row % length).toArray();
    }

    /// What the blocks make of rows in use.
    ///
    /// @param ids `[tokens]`; ids behind the vocabulary are masks
    /// @param positions same
    /// @return `[tokens, width]`
    Tensor rows(int[] ids, int[] positions, Sight sight, Rounding rounding, Optional<Skips> skips) {
        int vocabulary = config.inputs();
        int[] masked =
                IntStream.range(0, ids.length).filter(row -> ids[row] >= vocabulary).toArray();
        if (masked.length == 0) {
            return rows(
                    embedded(device.ids(ids)),
                    positions,
                    new Pass(
                                    sight,
                                    Gate.CLOSED,
                                    rotation(positions),
                                    Optional.empty(),
                                    Optional.empty(),
                                    rounding)
                            .skipping(skips));
        }
        int[] masks = IntStream.of(masked).map(row -> ids[row] - vocabulary).toArray();
        int[] known = IntStream.of(ids).map(id -> id >= vocabulary ? 0 : id).toArray();
        Tensor rows = device.ids(masked); // [masks] int64
        Tensor vectors = known().embeddings().index_select(0, device.ids(masks)); // [masks, width]
        Tensor x = embedded(device.ids(known)).index_copy(0, rows, vectors); // [tokens, width]
        Gate gate = new Gate.Some(rows, rounding);
        return rows(
                x,
                positions,
                new Pass(
                        sight,
                        gate,
                        rotation(positions),
                        Optional.empty(),
                        Optional.empty(),
                        rounding));
    }

    /// What the blocks make of vectors that stand in the place of tokens' own, each row seeing
    /// itself and those before it. Needs an open scope.
    ///
    /// @param vectors `[sequences, length, width]`
    /// @return `[sequences * length, width]`, as the head would read them
    public Tensor hidden(Tensor vectors) {
        checkVectors(vectors);
        int sequences = Math.toIntExact(vectors.size(0));
        int length = checkedLength(vectors);
        Sight sight = new Batch(sequences, length, Optional.empty());
        return norm(rows(vectors.flatten(0, 1), places(sequences, length), sight, Gate.CLOSED));
    }

    /// What the blocks make of vectors that follow others, read before: as much as of all of them
    /// at once, at the cost of the new ones. Needs an open scope.
    ///
    /// @param vectors `[sequences, length, width]`
    /// @param past what was read; holds these too afterwards
    /// @return `[sequences * length, width]`
    /// @throws IllegalArgumentException if the model rolls from row to row, or the rows are too
    ///   many
    public Tensor hidden(Tensor vectors, Past past) {
        checkVectors(vectors);
        Check.argument(
                !config.rolls(),
                "%s rolls from row to row, and a past holds rows; read all vectors at once",
                config.name());
        int sequences = Math.toIntExact(vectors.size(0));
        int rows = Math.toIntExact(vectors.size(1));
        Check.argument(
                past.length() + rows <= config.maxLength(),
                "%d rows follow %d; model %s holds at most %d",
                rows,
                past.length(),
                config.name(),
                config.maxLength());
        int[] positions =
                IntStream.range(0, sequences * rows)
                        .map(row -> past.length() + row % rows)
                        .toArray();
        Tensor x =
                rows(
                        vectors.flatten(0, 1),
                        positions,
                        past.reading(device, sequences, rows, config.windows()),
                        Gate.CLOSED);
        past.grow(rows);
        return norm(x);
    }

    private void checkVectors(Tensor vectors) {
        Check.argument(
                vectors.dim() == 3 && vectors.size(2) == config.width(),
                "the vectors are %s; model %s reads [sequences, length, %d]",
                Arrays.toString(vectors.shape()),
                config.name(),
                config.width());
    }

    /// The vectors that ids stand for. Needs an open scope.
    ///
    /// @param ids `[tokens] int64`
    /// @return `[tokens, width]`
    public Tensor embedded(Tensor ids) {
        return looked(weights.embedding(), ids);
    }

    /// The logits of every code of whole pictures. Needs an open scope.
    ///
    /// @param dropout what is lost in training
    /// @return `[pictures * length, vocab]`
    public Tensor logits(PictureRows rows, Optional<Dropout> dropout) {
        List<List<Voice>> voices = new ArrayList<>();
        for (int picture = 0; picture < rows.conditions().length; picture++) {
            int from = picture * rows.lesson().rows();
            for (List<Voice> code : rows.lesson().voices()) {
                voices.add(
                        code.stream()
                                .map(voice -> new Voice(from + voice.row(), voice.direction()))
                                .toList());
            }
        }
        return Blend.of(voices, weights.branches().size() + 1)
                .logits(this, directions(rows, dropout));
    }

    /// How much rows of whole pictures look at each other, in all blocks and then in those of
    /// further heads: the mean over pictures of what attention multiplies values by.
    ///
    /// @param rows of codes
    /// @return of each block `[heads * rows * rows]`; what a row looks at adds up to 1
    public List<float[]> looks(PictureRows rows) {
        List<float[]> shares = new ArrayList<>();
        try (var _ = new PointerScope();
                var _ = new NoGradGuard()) {
            Sight watched = Watched.of(device, rows.lesson(), rows.conditions().length, shares);
            directions(rows, watched, Optional.empty());
        }
        return shares;
    }

    private Directions directions(PictureRows rows, Optional<Dropout> dropout) {
        return directions(
                rows, Striped.of(device, rows.lesson(), rows.conditions().length), dropout);
    }

    private Directions directions(PictureRows rows, Sight sight, Optional<Dropout> dropout) {
        int pictures = rows.conditions().length;
        int length = rows.lesson().rows();
        int lead = rows.lead();
        List<Tensor> parts = new ArrayList<>(); // [pictures, rows, width]
        if (lead > 0) {
            parts.add(
                    embedded(device.ids(rows.conditions()))
                            .unsqueeze(1)
                            .expand(pictures, lead, config.width()));
        }
        if (length > lead) {
            int made = rows.made().length / (pictures * config.width()); // of each picture
            int own = length - lead - made;
            Tensor rest =
                    rows.vectors().length == 0
                            ? embedded(device.ids(rows.ids()))
                            : vectors(rows.vectors(), pictures * own);
            if (made > 0) {
                parts.add(made(rows.made(), pictures * made).unflatten(0, pictures, made));
            }
            parts.add(rest.unflatten(0, pictures, own));
        }
        Tensor x = Ops.cat(parts, 1);
        int[] positions = new int[pictures * length];
        int[] of = new int[positions.length];
        float[] times = new float[positions.length];
        for (int row = 0; row < positions.length; row++) {
            int place = row % length;
            positions[row] = rows.lesson().positions()[place];
            of[row] = row / length;
            if (place >= lead && rows.times().length > 0) {
                times[row] = rows.times()[row / length * (length - lead) + place - lead];
            }
        }
        return directions(
                x.flatten(0, 1),
                new Placed(positions, rows.conditions(), of, times),
                sight,
                encoder() == 0
                        ? Optional.empty()
                        : Optional.of(Known.of(device, rows.lesson(), times)),
                dropout,
                Rounding.FREE);
    }

    /// How many of the blocks see known rows only.
    int encoder() {
        return config.picture().flatMap(PictureShape::flow).map(FlowShape::encoder).orElse(0);
    }

    /// What the blocks make of the rows that say the values of whole pictures, each one of them by
    /// one row, as the head reads them. Needs an open scope.
    ///
    /// @param dropout what is lost in training
    /// @return `[pictures * length, width]`
    public Tensor told(PictureRows rows, Optional<Dropout> dropout) {
        int length = rows.lesson().rows();
        int[] asked =
                IntStream.range(0, rows.conditions().length)
                        .flatMap(
                                picture ->
                                        rows.lesson().voices().stream()
                                                .mapToInt(
                                                        said ->
                                                                picture * length
                                                                        + said.getFirst().row()))
                        .toArray();
        Tensor trunk = directions(rows, dropout).trunk();
        return norm(trunk.index_select(0, device.ids(asked)));
    }

    /// Which way rows of the blocks go, of a model whose values are such rows. Needs an open scope.
    ///
    /// @param hidden as [#told] gives them, `[rows, width]`
    public Ways ways(Tensor hidden) {
        return ways(flow().output(), hidden);
    }

    private Ways ways(Linear output, Tensor hidden) {
        return Ways.of(
                output.forward(hidden, Gate.CLOSED), config.picture().orElseThrow().vector());
    }

    /// Which way values go that blocks of their own are told of. Needs an open scope.
    ///
    /// @param dropout what is lost in training
    public Ways ways(FlowRows rows, Optional<Dropout> dropout) {
        if (flow() instanceof FlowHead head) {
            return ways(
                    head.output(), head.read(rows, device, rotation(rows.positions()), dropout));
        }
        throw new IllegalArgumentException(
                "values of model %s are rows of its blocks and are told nothing"
                        .formatted(config.name()));
    }

    private Flow flow() {
        return weights.flow()
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "model %s draws codes, and nothing comes out of noise"
                                                .formatted(config.name())));
    }

    /// Vectors as rows, `[rows, width]`.
    Tensor vectors(float[] numbers, int rows) {
        Linear from =
                weights.vectors()
                        .orElseThrow(
                                () ->
                                        new IllegalArgumentException(
                                                "model %s knows ids and no vectors; feed ids"
                                                        .formatted(config.name())));
        int width = config.picture().map(PictureShape::vector).orElse(0);
        Check.argument(
                numbers.length == (long) rows * width,
                "%d rows of vectors have %d numbers; model %s takes %d a row",
                rows,
                numbers.length,
                config.name(),
                width);
        return from.forward(device.floats(numbers, rows, width), Gate.CLOSED);
    }

    /// What was made of rows before, as rows, `[rows, width]`.
    Tensor made(float[] numbers, int rows) {
        Pivots pivots =
                flow().pivots()
                        .orElseThrow(
                                () ->
                                        new IllegalArgumentException(
                                                "model %s does not look at what it made of rows"
                                                        .formatted(config.name())));
        Check.argument(
                numbers.length == (long) rows * config.width(),
                "%d rows have %d numbers; model %s makes %d of a row",
                rows,
                numbers.length,
                config.name(),
                config.width());
        return pivots.states().forward(device.floats(numbers, rows, config.width()), Gate.CLOSED);
    }

    /// What modulates rows, where anything does.
    private Optional<Modulation.Conditions> conditions(Placed rows) {
        if (config.picture().filter(PictureShape::modulated).isEmpty()) {
            return Optional.empty();
        }
        Tensor plain = embedded(device.ids(rows.conditions())); // [conditions, width]
        return Optional.of(
                config.picture().flatMap(PictureShape::flow).filter(FlowShape::timed).isPresent()
                        ? timed(flow(), plain, rows)
                        : Modulation.Conditions.some(torch.silu(plain), device.ids(rows.of())));
    }

    private record Moment(int condition, float time, int phase) {}

    /// Conditions with times and phases added, each of them once.
    private Modulation.Conditions timed(Flow flow, Tensor plain, Placed rows) {
        List<Moment> moments = new ArrayList<>();
        Map<Moment, Integer> places = new HashMap<>();
        int[] moment = new int[rows.of().length];
        for (int row = 0; row < moment.length; row++) {
            Moment own =
                    new Moment(rows.of()[row], rows.times()[row], phase(rows.positions()[row]));
            moment[row] = places.computeIfAbsent(own, _ -> places.size());
            if (moment[row] == moments.size()) {
                moments.add(own);
            }
        }
        float[] time = new float[moments.size()];
        for (int i = 0; i < time.length; i++) {
            time[i] = moments.get(i).time();
        }
        Tensor conditions = device.ids(moments.stream().mapToInt(Moment::condition).toArray());
        Tensor all = plain.index_select(0, conditions).add(flow.times().of(device, time));
        if (flow.pivots().isPresent()) {
            Tensor phases = flow.pivots().get().phases(); // [phases, width]
            Tensor none = // of a condition, behind all grids
                    device.floats(new float[config.width()], 1, config.width());
            all =
                    all.add(
                            Ops.cat(List.of(phases, none), 0)
                                    .index_select(
                                            0,
                                            device.ids(
                                                    moments.stream()
                                                            .mapToInt(Moment::phase)
                                                            .toArray())));
        }
        return Modulation.Conditions.some(torch.silu(all), device.ids(moment));
    }

    /// On which grid a row stands.
    private int phase(int position) {
        return config.positions() instanceof Positions.Pyramid grids ? grids.grid(position) : 0;
    }

    /// What a pass makes of rows in use, for each head to read.
    ///
    /// @param embedded `[tokens, width]`
    /// @param rows where they stand
    /// @param known those of which something is known, where the first blocks see no others
    Directions directions(
            Tensor embedded, Placed rows, Sight sight, Optional<Known> known, Rounding rounding) {
        return directions(embedded, rows, sight, known, Optional.empty(), rounding);
    }

    private Directions directions(
            Tensor embedded,
            Placed rows,
            Sight sight,
            Optional<Known> known,
            Optional<Dropout> dropout,
            Rounding rounding) {
        Pass pass = pass(rows, sight, dropout, rounding);
        Tensor x = entering(embedded, rows.positions(), pass);
        int first = known.isEmpty() ? 0 : encoder(); // blocks behind those of known rows alone
        if (known.isPresent() && known.get().rows().length > 0) {
            Known those = known.get();
            Pass alone = pass(rows.only(those.rows()), those.sight(), dropout, rounding);
            x = those.into(device, x, through(0, first, those.of(device, x), alone));
        }
        Tensor trunk = through(first, weights.blocks().size(), x, pass);
        return new Directions(
                trunk,
                weights.branches().stream()
                        .map(branch -> branch.block().forward(trunk, pass))
                        .toList());
    }

    /// What a head says.
    ///
    /// @param direction which
    /// @param rows of its stream, `[rows, width]`
    /// @return `[rows, vocab]`
    Tensor direction(int direction, Tensor rows) {
        return direction == 0
                ? head(norm(rows))
                : weights.branches().get(direction - 1).logits(rows);
    }

    /// The logits after some rows of whole sequences whose rows stand where they say and see whom
    /// they say. Needs an open scope.
    ///
    /// @param dropout what is lost in training
    /// @return `[asked, vocab]`
    public Tensor logits(Arrangement rows, Optional<Dropout> dropout) {
        Tensor ids = device.ids(rows.ids());
        Tensor mask =
                device.mask(rows.seen(), rows.sequences() * rows.length(), rows.length())
                        .view(rows.sequences(), 1, rows.length(), rows.length());
        Sight sight = new Batch(rows.sequences(), rows.length(), Optional.of(mask));
        Tensor x = rows(embedded(ids), rows.positions(), sight, Gate.CLOSED, dropout);
        return head(norm(x.index_select(0, device.ids(rows.asked()))));
    }

    /// The logits after some rows of noisy and clean streams, in two passes: the clean streams by
    /// themselves, then the noisy ones, which look at them. Needs an open scope.
    ///
    /// @param dropout what is lost in training
    /// @return `[asked, vocab]`, as [#logits(Arrangement, Optional)] gives of [Streams#together]
    public Tensor logits(Streams streams, Optional<Dropout> dropout) {
        int sequences = streams.sequences();
        int length = streams.length();
        Tensor seen = device.mask(streams.cleanSeen(), length, length);
        Recorded clean = new Recorded(new Batch(sequences, length, Optional.of(seen)));
        Tensor first =
                rows(
                        embedded(device.ids(streams.clean())),
                        places(sequences, length),
                        clean,
                        Gate.CLOSED,
                        dropout); // [sequences * length, width]
        Tensor noisySeen = device.mask(streams.noisySeen(), length, 2 * length);
        Map<OptionalInt, Tensor> columns = new HashMap<>(); // no window is shorter than a sequence
        config.windows().forEach(window -> columns.put(window, noisySeen));
        Tensor second =
                rows(
                        embedded(device.ids(streams.noisy())),
                        streams.positions(),
                        new Behind(clean, length, columns),
                        Gate.CLOSED,
                        dropout);
        List<Tensor> asked = new ArrayList<>();
        if (streams.asked().length > 0) {
            asked.add(second.index_select(0, device.ids(streams.asked())));
        }
        if (streams.askedClean().length > 0) {
            asked.add(first.index_select(0, device.ids(streams.askedClean())));
        }
        return head(norm(Ops.cat(asked, 0)));
    }

    private Tensor rows(Tensor embedded, int[] positions, Sight sight, Gate gate) {
        return rows(embedded, positions, sight, gate, Optional.empty());
    }

    /// What the blocks make of rows.
    ///
    /// @param embedded `[tokens, width]`
    /// @param positions `[tokens]`
    /// @return `[tokens, width]`
    Tensor rows(
            Tensor embedded, int[] positions, Sight sight, Gate gate, Optional<Dropout> dropout) {
        return rows(
                embedded,
                positions,
                new Pass(
                        sight,
                        gate,
                        rotation(positions),
                        dropout,
                        Optional.empty(),
                        Rounding.FREE));
    }

    /// How alike rows of a text are before and after each feed-forward part: their cosines, by
    /// layer.
    ///
    /// @param ids a text that the model holds
    /// @return `[layers]` of `[ids]`
    public List<float[]> similarities(int... ids) {
        List<float[]> layers = new ArrayList<>();
        int[] positions = places(1, ids.length);
        try (var _ = new PointerScope();
                var _ = new NoGradGuard()) {
            Skips recording = new Skips(layers);
            rows(
                    embedded(device.ids(ids)),
                    positions,
                    new Pass(
                                    new Batch(1, ids.length, Optional.empty()),
                                    Gate.CLOSED,
                                    rotation(positions),
                                    Optional.empty(),
                                    Optional.empty(),
                                    Rounding.FREE)
                            .skipping(Optional.of(recording)));
        }
        return layers;
    }

    private Pass pass(Placed rows, Sight sight, Optional<Dropout> dropout, Rounding rounding) {
        return new Pass(
                sight,
                Gate.CLOSED,
                rotation(rows.positions()),
                dropout,
                conditions(rows),
                rounding);
    }

    private Optional<Rotation> rotation(int[] positions) {
        return switch (config.positions()) {
            case Positions.Rotary rotary ->
                    Optional.of(Rotation.of(rotary, positions, config.headDim(), device));
            case Positions.Grid grid ->
                    Optional.of(Rotation.of(grid, positions, config.headDim(), device));
            case Positions.Pyramid grids ->
                    Optional.of(Rotation.of(grids, positions, config.headDim(), device));
            case Positions.Stack stack ->
                    Optional.of(Rotation.of(stack, positions, config.headDim(), device));
            case Positions.Learned _, Positions.None _ -> Optional.empty();
        };
    }

    private Tensor rows(Tensor embedded, int[] positions, Pass pass) {
        return through(0, weights.blocks().size(), entering(embedded, positions, pass), pass);
    }

    /// Rows as the first block reads them.
    private Tensor entering(Tensor embedded, int[] positions, Pass pass) {
        checkOpen();
        return pass.thinned(
                weights.positions()
                        .map(all -> embedded.add(looked(all, device.ids(positions))))
                        .orElse(embedded));
    }

    /// What some blocks make of rows, `[tokens, width]`.
    private Tensor through(int from, int to, Tensor x, Pass pass) {
        Tensor made = x;
        for (Block block : weights.blocks().subList(from, to)) {
            made = block.forward(made, pass); // same
        }
        return made;
    }

    /// Refuses what cannot be done here.
    ///
    /// @throws IllegalArgumentException if rows are to round alike, and this device's or
    ///   processor's products round by the number of rows
    void check(Rounding rounding) {
        if (rounding == Rounding.FREE) {
            return;
        }
        Check.argument(
                device.kind() == Device.Kind.CPU && !weights.owned().packs().isEmpty(),
                "rows round alike on the processor and with packed matrices only, and model %s is"
                        + " on %s; do without --batch-invariant",
                config.name(),
                device);
        Set<List<Long>> tried = new HashSet<>();
        for (PackedMatrix matrix : weights.owned().packs()) {
            List<Long> shape = LongStream.of(matrix.shape()).boxed().toList();
            try (var _ = new PointerScope()) {
                Check.argument(
                        !tried.add(shape) || matrix.roundsAlike(),
                        "this processor's products round by the number of rows (a matrix of %s"
                                + " does), so rows cannot round alike; do without --batch-invariant",
                        shape);
            }
        }
    }

    private static Tensor looked(Tensor table, Tensor ids) {
        return Ops.embedding(table, ids).to(ScalarType.Float);
    }

    /// The rows as the head reads them.
    Tensor norm(Tensor rows) {
        return weights.norm().forward(rows);
    }

    /// The logits of hidden states. Needs an open scope.
    ///
    /// @param hidden `[rows, width]`
    /// @return `[rows, vocab]`
    public Tensor head(Tensor hidden) {
        return weights.head().forward(hidden, Gate.CLOSED);
    }

    /// Writes what was learned for masks into `mtp.safetensors` in a directory, from where
    /// [#load(Path, Device, Precision)] takes it together with the model there.
    ///
    /// @param type how it is stored: F32, F16 or BF16
    public void saveMasks(Path folder, TensorType type) {
        checkOpen();
        Foresight known = known();
        try (var _ = new PointerScope()) {
            List<NewTensor> files = new ArrayList<>();
            known.owned().tensors().forEach(stored -> files.addAll(stored.files(type)));
            SafetensorsWriter.write(folder.resolve(MASKS), known.shape().metadata(), files);
        }
    }

    /// Adds what was learned for masks to the weights, so that it acts on all rows: a model as
    /// ordinary low-rank tuning would leave it, no longer the one whose text drafts keep. [#save]
    /// writes it. What was added is nothing from then on.
    ///
    /// @throws IllegalStateException if the weights are packed to be used
    public void merge() {
        checkOpen();
        known();
        try (var _ = new PointerScope();
                var _ = new NoGradGuard()) {
            for (Block block : weights.blocks()) {
                block.layers().forEach(this::merge);
            }
        }
    }

    private void merge(Linear layer) {
        if (layer instanceof Linear.Adapted(Linear plain, LowRank added)) {
            Check.state(
                    plain instanceof Linear.Plain,
                    "the weights of model %s are packed to be used; load it to be taught masks, and"
                            + " merge those",
                    config.name());
            ((Linear.Plain) plain).weight().add_(added.matrix());
            added.ups().forEach(Tensor::zero_);
        }
    }

    /// Writes `config.json` and `model.safetensors` into a directory, such that [#load] and the
    /// `transformers` library read them.
    ///
    /// @param type how the weights are stored: F32, F16 or BF16
    public void save(Path folder, TensorType type) {
        checkOpen();
        Check.state(
                weights.owned().packs().isEmpty(),
                "the weights of model %s are packed to be used; load it to be trained, and save that",
                config.name());
        try (var _ = new PointerScope()) {
            Files.createDirectories(folder);
            List<NewTensor> files = new ArrayList<>();
            for (Stored stored : weights.owned().tensors()) {
                files.addAll(stored.files(type));
            }
            SafetensorsWriter.write(
                    folder.resolve("model.safetensors"), Map.of("format", "pt"), files);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make the folder " + folder, e);
        }
        HuggingFaceConfigWriter.write(config, type, folder.resolve("config.json"));
    }

    void checkOpen() {
        Check.state(!closed, "model %s is closed; load it again", config.name());
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            weights.owned().close();
            foresight.ifPresent(known -> known.owned().close());
        }
    }
}
