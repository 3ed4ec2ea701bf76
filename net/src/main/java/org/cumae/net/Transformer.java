package org.cumae.net;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.InferenceMode;
import org.bytedeco.pytorch.Tensor;
import org.cumae.Check;
import org.cumae.decode.speculative.draft.Masks;
import org.cumae.decode.speculative.draft.Medusa;
import org.cumae.decode.speculative.draft.OwnDrafts;
import org.cumae.distribution.Finding;
import org.cumae.distribution.Vector;
import org.cumae.model.Answer;
import org.cumae.model.Capability;
import org.cumae.model.Card;
import org.cumae.model.Denoising;
import org.cumae.model.Input;
import org.cumae.model.Model;
import org.cumae.model.Query;
import org.cumae.model.State;
import org.cumae.model.Tokens;
import org.cumae.model.Want;
import org.cumae.torch.Crew;
import org.cumae.torch.Device;
import org.cumae.torch.Ops;
import org.cumae.torch.Processor;
import org.cumae.torch.Ranks;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/// Decodes with a [Backbone].
///
/// A pass packs the rows of all contexts together; only attention takes them apart, each context
/// with its own cache.
public final class Transformer implements Model {
    private final Backbone backbone;
    private final TransformerConfig config;
    private final Card card;
    private final Optional<MedusaHeads> heads;
    private final Aside aside = new Aside();
    private final Rounding rounding;
    private final Optional<Skipping> skipping;
    private final Skips.Counts counts = new Skips.Counts();

    /// Takes the backbone over: closing this closes it.
    public Transformer(Backbone backbone) {
        this(backbone, Optional.empty(), Rounding.FREE);
    }

    /// Takes the backbone and its heads over: closing this closes them.
    public Transformer(Backbone backbone, Optional<MedusaHeads> heads) {
        this(backbone, heads, Rounding.FREE);
    }

    /// Takes the backbone and its heads over: closing this closes them.
    ///
    /// @param rounding what the last bits of a row may depend on
    /// @throws IllegalArgumentException if this device or processor cannot keep to it
    public Transformer(Backbone backbone, Optional<MedusaHeads> heads, Rounding rounding) {
        this(backbone, heads, rounding, Optional.empty());
    }

    private Transformer(
            Backbone backbone,
            Optional<MedusaHeads> heads,
            Rounding rounding,
            Optional<Skipping> skipping) {
        backbone.check(rounding);
        skipping.ifPresent(how -> how.check(backbone.config()));
        this.skipping = skipping;
        this.backbone = backbone;
        this.heads = heads;
        this.rounding = rounding;
        this.config = backbone.config();
        this.card =
                new Card(
                        config.name(),
                        config.vocabulary(),
                        config.maxLength(),
                        capabilities(config),
                        backbone.masks(),
                        config.denoising(),
                        config.picture().map(PictureShape::directions).orElse(1));
    }

    private static Set<Capability> capabilities(TransformerConfig config) {
        Set<Capability> all = EnumSet.of(Capability.ROLLBACK, Capability.HIDDEN_STATES);
        if (config.isAnySubset() || config.isPointers()) {
            all.add(Capability.ANY_ORDER);
        } else if (config.denoising().map(Denoising::foretells).orElse(true)) {
            all.add(Capability.NEXT_TOKEN);
        }
        if (config.denoising().isPresent()) {
            all.add(Capability.MASKED);
        }
        if (config.picture().filter(shape -> shape.vector() > 0).isPresent()) {
            all.add(Capability.VECTORS);
        }
        if (config.picture().flatMap(PictureShape::flow).isPresent()) {
            all.add(Capability.CONTINUOUS);
        }
        if (config.picture()
                .flatMap(PictureShape::flow)
                .filter(flow -> flow.phases() > 1)
                .isPresent()) {
            all.add(Capability.PIVOTS);
        }
        if (config.learnsVariance()) {
            all.add(Capability.WIDTHS);
        }
        if (!config.rolls()) {
            all.add(Capability.FULL_VISIBILITY);
            all.add(Capability.ANY_VISIBILITY);
        }
        return all;
    }

    /// Loads in float32 for the processor; see [#load(Path, Device, Precision, Rounding)].
    public static Transformer load(Path path) {
        return load(path, Device.CPU, Precision.FLOAT32, Rounding.FREE);
    }

    /// Loads a directory as Hugging Face lays it out, or a GGUF file of architecture llama, with
    /// what it has learned to draft for itself (`mtp.safetensors` and `medusa.safetensors` in the
    /// directory).
    ///
    /// @param device where it is to live
    /// @param precision in how many bits its matrices are held
    /// @param rounding what the last bits of a row may depend on
    /// @throws IllegalArgumentException if the device cannot hold that precision or keep to that
    ///   rounding, or the precision cannot hold a weight
    /// @throws org.cumae.weights.WeightFileException if it is damaged, of another kind, or its
    ///   tensors do not fit its configuration
    public static Transformer load(
            Path path, Device device, Precision precision, Rounding rounding) {
        return load(path, () -> Backbone.load(path, device, precision), rounding);
    }

    /// Loads one rank's share.
    static Transformer load(Path path, Device device, Precision precision, Ranks ranks) {
        return load(path, () -> Backbone.load(path, device, precision, ranks), Rounding.FREE);
    }

    private static Transformer load(Path path, Supplier<Backbone> loading, Rounding rounding) {
        return Processor.apart(
                () -> {
                    try (var _ = new InferenceMode()) {
                        Backbone backbone = loading.get();
                        try {
                            return new Transformer(backbone, heads(path, backbone), rounding);
                        } catch (RuntimeException e) {
                            backbone.close();
                            throw e;
                        }
                    }
                });
    }

    private static Optional<MedusaHeads> heads(Path path, Backbone backbone) {
        return Files.exists(path.resolve(MedusaHeads.FILE))
                ? Optional.of(MedusaHeads.load(path, backbone.config().width(), backbone.device()))
                : Optional.empty();
    }

    /// Loads, free to round as is fastest.
    public static Transformer load(Path path, Device device, Precision precision) {
        return load(path, device, precision, Rounding.FREE);
    }

    /// The same model where feed-forward parts are left out. It takes this one's place: close it
    /// and not this one.
    ///
    /// @throws IllegalArgumentException if it has no such layers
    public Transformer skipping(Skipping how) {
        return new Transformer(backbone, heads, rounding, Optional.of(how));
    }

    /// What share of the feed-forward parts was left out so far, over all layers and rows.
    public double skipped() {
        double all = counts.run().sum() + counts.skipped().sum();
        return all == 0 ? 0 : counts.skipped().sum() / all;
    }

    /// Its shape.
    public TransformerConfig config() {
        return config;
    }

    /// Where it lives.
    public Device device() {
        return backbone.device();
    }

    /// What it has learned to draft for itself with; usable until this is closed.
    public OwnDrafts ownDrafts() {
        return new OwnDrafts(masks(), medusa(), Optional.empty());
    }

    private Optional<Masks> masks() {
        return !backbone.foresees()
                ? Optional.empty()
                : Optional.of(
                        new Masks(
                                card.vocabulary(),
                                card.masks(),
                                Masks.Strategy.QUADRATIC,
                                Optional.of(this::after)));
    }

    private Finding after(int token, Vector hidden, Want want) {
        return aside.ask(
                () -> {
                    Tensor before = device().ids(token);
                    Tensor joined = backbone.joined(before, row(hidden)); // [1, width]
                    return Findings.of(device(), backbone.head(joined), want);
                });
    }

    private Tensor row(Vector hidden) {
        return device().floats(hidden.toArray(), 1, config.width());
    }

    private Optional<Medusa> medusa() {
        return heads.map(
                known ->
                        new Medusa(
                                known.count(), (hidden, wants) -> foreseen(known, hidden, wants)));
    }

    private List<Finding> foreseen(MedusaHeads known, Vector hidden, List<? extends Want> wants) {
        return aside.ask(
                () -> {
                    Tensor row = row(hidden); // [1, width]
                    List<Tensor> foreseeing =
                            IntStream.range(0, wants.size())
                                    .mapToObj(head -> known.foreseeing(head, row))
                                    .toList();
                    Tensor logits = backbone.head(Ops.cat(foreseeing, 0)); // [wants, vocab]
                    return IntStream.range(0, wants.size())
                            .mapToObj(
                                    head ->
                                            Findings.of(
                                                    device(),
                                                    logits.narrow(0, head, 1),
                                                    wants.get(head)))
                            .toList();
                });
    }

    /// How many weights it holds.
    public long parameters() {
        return backbone.parameters();
    }

    /// How much memory they take, and what it has learned to draft for itself, in bytes.
    public long weightBytes() {
        return backbone.weightBytes() + heads.map(MedusaHeads::bytes).orElse(0L);
    }

    @Override
    public Card card() {
        return card;
    }

    @Override
    public State open() {
        backbone.checkOpen();
        return new Cache(this);
    }

    @Override
    public long bytes(int rows) {
        return (config.attends() ? KvCache.bytes(config, rows) : 0)
                + (rows == 0 ? 0 : 2 * backbone.memoryBytes()); // also as it was before a pass
    }

    @Override
    public boolean cutsAnywhere() {
        return !config.rolls();
    }

    @Override
    public List<Answer> forward(List<Part> pass) {
        backbone.checkOpen();
        int rows = pass.stream().mapToInt(part -> part.query().rows()).sum();
        try (var _ = new PointerScope();
                var _ = new InferenceMode();
                var _ = Crew.lead((long) rows * config.width())) {
            List<Part> seeing = pass.stream().filter(part -> !part.query().isTold()).toList();
            List<Part> told = pass.stream().filter(part -> part.query().isTold()).toList();
            List<Stretch> stretches = stretches(seeing);
            Iterator<Answer> answers;
            Iterator<Answer> ways;
            try {
                answers =
                        seeing.isEmpty()
                                ? Collections.emptyIterator()
                                : answers(seeing, stretches, directions(seeing, stretches))
                                        .iterator();
                ways = told.isEmpty() ? Collections.emptyIterator() : ways(told).iterator();
            } catch (RuntimeException e) {
                stretches.forEach(stretch -> stretch.cache().memories().drop());
                throw e;
            }
            for (int i = 0; i < stretches.size(); i++) {
                stretches
                        .get(i)
                        .cache()
                        .commit(stretches.get(i).positions(), firstId(seeing.get(i).query()));
            }
            told.forEach(part -> cache(part.state()).commitLoose(positions(part)));
            return pass.stream()
                    .map(part -> part.query().isTold() ? ways.next() : answers.next())
                    .toList();
        }
    }

    private int[] positions(Part part) {
        return positions(part.query(), part.state().length());
    }

    /// Answers queries of rows that are told what they know.
    private List<Answer> ways(List<Part> told) {
        List<Input.Noised> inputs = new ArrayList<>();
        for (Part part : told) {
            cache(part.state()).reserve(part.state().length() + part.query().rows());
            inputs.add((Input.Noised) part.query().input());
        }
        List<Vector> values = inputs.stream().flatMap(each -> each.vectors().stream()).toList();
        List<Vector> known = inputs.stream().flatMap(each -> each.told().stream()).toList();
        List<Integer> lengths = new ArrayList<>(); // of stretches of one time
        List<Double> times = new ArrayList<>();
        for (Input.Noised each : inputs) {
            lengths.add(each.rows());
            times.add(each.times().getFirst());
            Check.argument(
                    each.times().stream().distinct().count() == 1,
                    "values that come out of noise together are at the times %s; they must be at one",
                    each.times());
        }
        float[] at = new float[times.size()];
        for (int i = 0; i < at.length; i++) {
            at[i] = times.get(i).floatValue();
        }
        Ways ways =
                backbone.ways(
                        new FlowRows(
                                matrix(values),
                                matrix(known),
                                told.stream()
                                        .flatMapToInt(part -> IntStream.of(positions(part)))
                                        .toArray(),
                                lengths.stream().mapToInt(Integer::intValue).toArray(),
                                at),
                        Optional.empty());
        Underway said =
                Underway.of(ways, told.stream().flatMap(part -> part.query().wants().stream()));
        List<Answer> answers = new ArrayList<>();
        int from = 0;
        for (Part part : told) {
            int first = from; // of its rows
            answers.add(
                    new Answer(
                            part.query().wants().stream()
                                    .map(want -> said.of(want, first + want.row()))
                                    .toList()));
            from += part.query().rows();
        }
        return answers;
    }

    private Tensor matrix(List<Vector> vectors) {
        return device().floats(numbers(vectors), vectors.size(), vectors.getFirst().width());
    }

    private List<Stretch> stretches(List<Part> pass) {
        List<Stretch> stretches = new ArrayList<>();
        int from = 0;
        for (Part part : pass) {
            Query query = part.query();
            Cache cache = cache(part.state());
            int[] positions = positions(query, cache.length());
            cache.reserve(cache.length() + query.rows());
            stretches.add(
                    Stretch.of(
                            cache,
                            from,
                            positions,
                            query.visibility(),
                            config.windows(),
                            rounding));
            from += query.rows();
        }
        return stretches;
    }

    private Cache cache(State state) {
        if (state instanceof Cache cache && cache.isOf(this)) {
            return cache;
        }
        throw new IllegalArgumentException(
                "a context of another model was given to model %s; open one here"
                        .formatted(config.name()));
    }

    private int[] positions(Query query, int cached) {
        int[] positions =
                query.positions()
                        .map(Tokens::toArray)
                        .orElseGet(() -> IntStream.range(cached, cached + query.rows()).toArray());
        if (config.positions().isLearned()) {
            for (int position : positions) {
                Check.argument(
                        position < config.maxLength(),
                        "position %d is not learned; model %s knows positions [0, %d)",
                        position,
                        config.name(),
                        config.maxLength());
            }
        }
        return positions;
    }

    private Directions directions(List<Part> pass, List<Stretch> stretches) {
        if (config.picture().isEmpty()) {
            return new Directions(blocks(pass, stretches), List.of());
        }
        int[] conditions = new int[pass.size()];
        int[] of =
                IntStream.range(0, pass.size())
                        .flatMap(i -> IntStream.generate(() -> i).limit(stretches.get(i).rows()))
                        .toArray();
        float[] times = new float[of.length];
        List<Tensor> rows = new ArrayList<>();
        for (int i = 0; i < pass.size(); i++) {
            Query query = pass.get(i).query();
            conditions[i] = stretches.get(i).cache().condition(firstId(query));
            Check.argument(
                    conditions[i] >= 0,
                    "a picture begins with the id of its condition; model %s was fed a vector first",
                    config.name());
            rows.add(
                    switch (query.input()) {
                        case Input.Ids(Tokens tokens) ->
                                backbone.embedded(device().ids(tokens.toArray()));
                        case Input.Vectors(List<Vector> vectors) ->
                                backbone.vectors(numbers(vectors), vectors.size());
                        case Input.Made(List<Vector> states) ->
                                backbone.made(numbers(states), states.size());
                        case Input.Noised noised -> {
                            for (int row = 0; row < noised.rows(); row++) {
                                times[stretches.get(i).from() + row] =
                                        noised.times().get(row).floatValue();
                            }
                            yield backbone.vectors(numbers(noised.vectors()), noised.rows());
                        }
                    });
        }
        return backbone.directions(
                Ops.cat(rows, 0), // [tokens, width]
                new Placed(packedPositions(stretches), conditions, of, times),
                new Cached(stretches),
                backbone.encoder() == 0
                        ? Optional.empty()
                        : Optional.of(known(pass, stretches, times)),
                rounding);
    }

    /// The rows of which something is known: the first ones of each query. The others leave no keys
    /// in the blocks that they do not go through, and are taken back before more rows follow.
    private Known known(List<Part> pass, List<Stretch> stretches, float... times) {
        List<Stretch> known = new ArrayList<>();
        List<Integer> rows = new ArrayList<>();
        for (int i = 0; i < pass.size(); i++) {
            Stretch all = stretches.get(i);
            List<Integer> own =
                    IntStream.range(all.from(), all.from() + all.rows())
                            .filter(row -> Known.is(times[row]))
                            .boxed()
                            .toList();
            if (own.isEmpty()) {
                continue;
            }
            Check.argument(
                    own.getLast() - all.from() < own.size(),
                    "row %d of a query is known and one before it is not; model %s has an encoder,"
                            + " which takes known rows first",
                    own.getLast() - all.from(),
                    config.name());
            known.add(
                    Stretch.of(
                            all.cache(),
                            rows.size(),
                            Arrays.copyOf(all.positions(), own.size()),
                            pass.get(i).query().visibility(),
                            config.windows(),
                            rounding));
            rows.addAll(own);
        }
        return new Known(
                rows.stream().mapToInt(Integer::intValue).toArray(),
                IntStream.range(0, rows.size()).toArray(),
                new Cached(known));
    }

    private static float[] numbers(List<Vector> vectors) {
        int width = vectors.getFirst().width();
        float[] numbers = new float[vectors.size() * width];
        for (int i = 0; i < vectors.size(); i++) {
            Check.argument(
                    vectors.get(i).width() == width,
                    "vector %d has %d numbers and vector 0 %d; all must have as many",
                    i,
                    vectors.get(i).width(),
                    width);
            System.arraycopy(vectors.get(i).toArray(), 0, numbers, i * width, width);
        }
        return numbers;
    }

    private static int firstId(Query query) {
        return switch (query.input()) {
            case Input.Ids(Tokens tokens) -> tokens.get(0);
            case Input.Vectors _, Input.Made _, Input.Noised _ -> -1;
        };
    }

    private static int[] packedPositions(List<Stretch> stretches) {
        return stretches.stream().flatMapToInt(s -> IntStream.of(s.positions())).toArray();
    }

    private Tensor blocks(List<Part> pass, List<Stretch> stretches) {
        int[] ids = pass.stream().flatMapToInt(part -> ids(part.query())).toArray(); // [tokens]
        int[] positions = packedPositions(stretches);
        return backbone.rows(
                ids,
                positions,
                new Cached(stretches),
                rounding,
                skipping.map(how -> new Skips(how, positions, counts)));
    }

    private static IntStream ids(Query query) {
        return switch (query.input()) {
            case Input.Ids(Tokens tokens) -> tokens.stream();
            case Input.Vectors _, Input.Made _, Input.Noised _ ->
                    throw new IllegalArgumentException(
                            "the transformer knows ids and no vectors; feed ids");
        };
    }

    private List<Answer> answers(List<Part> pass, List<Stretch> stretches, Directions directions) {
        List<Findings.Asked> asked = new ArrayList<>();
        for (int i = 0; i < pass.size(); i++) {
            int from = stretches.get(i).from();
            pass.get(i)
                    .query()
                    .wants()
                    .forEach(want -> asked.add(new Findings.Asked(want, from + want.row())));
        }
        Iterator<Finding> found = Findings.of(backbone, asked, directions, rounding).iterator();
        return pass.stream()
                .map(part -> part.query().wants().stream().map(_ -> found.next()).toList())
                .map(Answer::new)
                .toList();
    }

    @Override
    public void close() {
        aside.close();
        heads.ifPresent(MedusaHeads::close);
        backbone.close();
    }
}
