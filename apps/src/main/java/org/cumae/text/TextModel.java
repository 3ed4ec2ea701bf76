package org.cumae.text;

import org.cumae.Check;
import org.cumae.decode.Decoder;
import org.cumae.decode.Generation;
import org.cumae.decode.Limits;
import org.cumae.decode.Request;
import org.cumae.decode.Sequential;
import org.cumae.decode.Stops;
import org.cumae.decode.block.BlockDiffusion;
import org.cumae.decode.named.Decoders;
import org.cumae.decode.named.Drafts;
import org.cumae.decode.named.Named;
import org.cumae.decode.speculative.AnySubset;
import org.cumae.decode.speculative.Drafter;
import org.cumae.decode.speculative.Tempo;
import org.cumae.decode.speculative.draft.OwnDrafts;
import org.cumae.decode.speculative.draft.SmallModel;
import org.cumae.distribution.Constraint;
import org.cumae.distribution.KeyedChance;
import org.cumae.distribution.Sampling;
import org.cumae.engine.Engine;
import org.cumae.engine.EngineStats;
import org.cumae.model.Capability;
import org.cumae.model.Tokens;
import org.cumae.naming.ModelShelf;
import org.cumae.unit.Encoding;
import org.cumae.unit.Tokenizer;
import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// A language model, open and ready: weights, tokenizer, chat template and defaults.
///
/// ```
/// try (var model = TextModel.open("shakespeare")) {
///     System.out.println(model.generate("To be"));
/// }
/// ```
///
/// Safe for any thread, virtual ones too. Calls that run at the same time share forward passes. An
/// interrupt of a generating thread ends its generation. Closing fails what still runs, and frees
/// the weights.
public final class TextModel implements AutoCloseable {
    private final Engine engine;
    private final Tokenizer tokenizer;
    private final TextCard card;
    private final Optional<ChatTemplate> template;
    private final OwnDrafts ownDrafts;
    private final Set<Integer> ends;
    private final List<String> specialNames;
    private final Tempo tempo = new Tempo();
    private final Grammars grammars;
    private volatile @Nullable String fingerprint; // worked out when a draft model is looked at

    /// A model from its parts.
    ///
    /// @param engine which this model closes in the end
    /// @param tokenizer how text becomes ids
    /// @param card what it says of itself
    /// @param template how it wants a conversation written
    /// @param ends ids that end a text, beside those of the tokenizer
    public TextModel(
            Engine engine,
            Tokenizer tokenizer,
            TextCard card,
            Optional<ChatTemplate> template,
            Set<Integer> ends) {
        this(engine, tokenizer, card, template, ends, OwnDrafts.NONE);
    }

    /// Puts one together that drafts for itself.
    ///
    /// @param ownDrafts by which it does so
    public TextModel(
            Engine engine,
            Tokenizer tokenizer,
            TextCard card,
            Optional<ChatTemplate> template,
            Set<Integer> ends,
            OwnDrafts ownDrafts) {
        tokenizer.requireFits(engine.card().vocabulary());
        this.engine = engine;
        this.tokenizer = tokenizer;
        this.card = card;
        this.template = template;
        this.ownDrafts = ownDrafts;
        Set<Integer> all = new TreeSet<>(tokenizer.special().ends());
        all.addAll(ends);
        this.ends = Set.copyOf(all);
        this.grammars = new Grammars(engine.card().vocabulary(), this::bytes);
        this.specialNames = tokenizer.special().all().stream().map(tokenizer::display).toList();
    }

    /// Opens a model with the options that suit most machines; see [#open(String, OpenOptions)].
    public static TextModel open(String nameOrPath) {
        return open(nameOrPath, OpenOptions.DEFAULT);
    }

    /// Opens a model.
    ///
    /// @param nameOrPath a name that [ModelShelf] knows, a GGUF file, or a directory as Hugging
    ///   Face lays it out (`config.json`, `*.safetensors`, `tokenizer.json`)
    /// @param options where and how it runs
    /// @throws org.cumae.naming.UnknownNameException if there is no such name or path
    /// @throws IllegalArgumentException naming the file, what is wrong with it, and what to do
    public static TextModel open(String nameOrPath, OpenOptions options) {
        return Opening.open(nameOrPath, options);
    }

    /// What it says of itself.
    public TextCard card() {
        return card;
    }

    /// How text becomes ids.
    public Tokenizer tokenizer() {
        return tokenizer;
    }

    /// How it wants a conversation written, where it says.
    public Optional<ChatTemplate> chatTemplate() {
        return template;
    }

    /// What its engine has done and holds.
    public EngineStats stats() {
        return engine.stats();
    }

    /// How much memory a context of so many tokens takes at most.
    public long contextBytes(int tokens) {
        return engine.bytes(tokens);
    }

    /// What it was taught to draft for itself with.
    public OwnDrafts ownDrafts() {
        return ownDrafts;
    }

    /// Completed with the reason when it can answer no more, as when one of several processes that
    /// compute it has ended.
    public CompletableFuture<String> lost() {
        return engine.lost();
    }

    /// The engine under it, for decoders and measurements that need no text.
    public Engine engine() {
        return engine;
    }

    /// The decoder that a user means; see [org.cumae.decode.named.Decoders] for the words.
    ///
    /// The speculative ones of a model share what they have learned of the time its passes take, so
    /// ask the model for them.
    ///
    /// @param named the name and what is set
    /// @param models finds other open models by name, to draft with; their ids must mean the same
    /// @throws IllegalArgumentException if a name or a value is unknown or does not fit, with what
    ///   is known
    public Decoder decoder(Named named, Function<String, Optional<TextModel>> models) {
        Drafts drafts = new Drafts(name -> models.apply(name).map(this::drafter), tempo, ownDrafts);
        return Decoders.named(named.name(), named.settings(), drafts);
    }

    /// A draft model's ids must mean what this one's do.
    private Drafter drafter(TextModel small) {
        Check.argument(
                small == this
                        || small.engine.card().vocabulary() != engine.card().vocabulary()
                        || small.fingerprint().equals(fingerprint()),
                "draft model %s has as many tokens as model %s, but they are others; draft with a"
                        + " model of the same tokenizer",
                small.card.name(),
                card.name());
        return SmallModel.of(small.engine); // which refuses another number of tokens
    }

    private String fingerprint() {
        String known = fingerprint;
        if (known == null) {
            known = tokenizer.fingerprint();
            fingerprint = known;
        }
        return known;
    }

    /// The ids that a prompt becomes.
    ///
    /// @throws IllegalArgumentException if there would be none, if the model has no chat template
    ///   for a chat, or if its template refuses the chat
    public Tokens tokenize(Prompt prompt) {
        Tokens ids = ids(prompt);
        Check.argument(
                !ids.isEmpty(),
                "the prompt is empty and model %s has no begin token; give at least one character",
                card.name());
        return ids;
    }

    private Tokens ids(Prompt prompt) {
        return switch (prompt) {
            case Prompt.Text(String text) -> Tokens.of(tokenizer.encode(text));
            case Prompt.Ids(Tokens given) -> given;
            case Prompt.Chat chat -> chat(chat);
        };
    }

    /// The request's, but that a model which is asked in any order writes one token after the other
    /// in its own way, and by the same law; and one that only fills masks does that.
    private Decoder decoder(TextRequest request) {
        Decoder wanted = request.decoder();
        if (!(wanted instanceof Sequential)) {
            return wanted;
        }
        if (infills()) {
            return Decoders.parse("infill");
        }
        return foretells() ? wanted : Decoders.parse(BlockDiffusion.NAME);
    }

    /// Whether it says what comes next; if not, and it does not infill, it fills masks.
    private boolean foretells() {
        return engine.card().capabilities().contains(Capability.NEXT_TOKEN);
    }

    /// Whether it can be given a suffix, since it predicts in any order.
    public boolean infills() {
        return engine.card().capabilities().contains(Capability.ANY_ORDER);
    }

    private Tokens chat(Prompt.Chat chat) {
        ChatTemplate writer =
                template.orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        ("model %s has no chat template; give it a text to continue"
                                                        + " instead of messages")
                                                .formatted(card.name())));
        List<Integer> ids =
                writer.write(
                        chat,
                        specialNames,
                        (part, parse) ->
                                Arrays.stream(tokenizer.encode(part, new Encoding(false, parse)))
                                        .boxed()
                                        .toList());
        return Tokens.of(ids.stream().mapToInt(Integer::intValue).toArray());
    }

    /// The text of ids, without special tokens.
    public String text(Tokens tokens) {
        return tokenizer.decode(tokens.toArray());
    }

    /// Continues a text with the model's defaults.
    public TextGeneration generate(String prompt) {
        return generate(TextRequest.of(prompt));
    }

    /// Generates.
    ///
    /// @throws IllegalArgumentException if the request does not fit the model, naming the value and
    ///   the limit
    /// @throws org.cumae.model.CapabilityException if the model lacks what the decoder needs
    /// @throws org.cumae.engine.BusyException if more requests wait than the engine takes on
    /// @throws org.cumae.engine.LateException if it waited for longer than its terms allow
    public TextGeneration generate(TextRequest request) {
        return generate(request, TextListener.NONE);
    }

    /// Generates, and tells a listener each token as soon as it is chosen.
    ///
    /// @param request what is wished for
    /// @param listener hears it on this thread, and can end it
    /// @throws IllegalArgumentException as [#generate(TextRequest)]
    public TextGeneration generate(TextRequest request, TextListener listener) {
        Tokens suffix = Tokens.of(tokenizer.encode(request.suffix(), Encoding.PLAIN));
        Tokens prompt = suffix.isEmpty() ? tokenize(request.prompt()) : ids(request.prompt());
        Decoder decoder = decoder(request);
        long seed = request.seed().orElseGet(() -> ThreadLocalRandom.current().nextLong(1L << 31));
        Request decoding = decoding(request, prompt, suffix, seed);
        Teller teller = new Teller(tokenizer, listener);
        Generation written =
                engine.call(
                        request.time().map(request.terms()::within).orElse(request.terms()),
                        context -> {
                            listener.begins(context.ledger());
                            return decoder.decode(context, decoding, teller::accept);
                        });
        teller.end(written.text());
        return new TextGeneration(
                written.text(),
                written.tokens(),
                written.finish(),
                new Usage(
                        prompt.size(),
                        (int) Math.min(written.ledger().cachedRows(), prompt.size()),
                        written.tokens().size()),
                seed,
                teller.chances(written),
                written.ledger());
    }

    /// Answers a conversation, in which functions may be called.
    ///
    /// @param request whose prompt is a [Prompt.Chat]; its functions are those of `tools`
    /// @param tools the functions that may be called, if any; see [ChatTemplate#toolForm]
    /// @param listener hears words and calls on this thread, and can end the answer
    /// @throws IllegalArgumentException as [#generate(TextRequest)], and if a schema cannot be held
    ///   to
    public ChatReply chat(
            TextRequest request, Optional<ToolUse> tools, Predicate<ToolReader.Heard> listener) {
        Chatting chatting = new Chatting(tools, tokenizer.special()::contains, listener);
        return chatting.reply(
                generate(tools.map(use -> request.using(use)).orElse(request), chatting));
    }

    /// Generates on a virtual thread of its own.
    ///
    /// @return the result; cancelling it with interruption ends the generation within one pass
    public Future<TextGeneration> submit(TextRequest request, TextListener listener) {
        FutureTask<TextGeneration> task = new FutureTask<>(() -> generate(request, listener));
        Thread.ofVirtual().name("cumae-text").start(task);
        return task;
    }

    /// Generates while the pieces are read. Closing the stream ends the generation.
    ///
    /// @return the pieces in order; reading throws what the generation throws
    public Stream<TextPiece> stream(TextRequest request) {
        return PieceStream.of(listener -> submit(request, listener));
    }

    /// Fills the holes of a text, all of what is known looked at on both sides.
    ///
    /// @param options numbers that shape what is written; its length the holes say
    /// @param seed what all randomness comes from
    /// @throws IllegalArgumentException if the text and its holes have more tokens than the model
    ///   has places
    /// @throws org.cumae.model.CapabilityException if the model writes left to right only
    public FilledText fill(HoledText text, AnySubset how, GenerationOptions options, long seed) {
        Sampling sampling = sampling(inForce(options), TokenRules.NONE, Optional.empty());
        return Filling.of(text, tokenizer, engine).filled(engine, tokenizer, how, sampling, seed);
    }

    private Request decoding(TextRequest request, Tokens prompt, Tokens suffix, long seed) {
        GenerationOptions options = inForce(request.options());
        Set<Integer> stopTokens = new TreeSet<>(request.ignoreEnd() ? Set.of() : ends);
        request.stopTokens().stream().forEach(stopTokens::add);
        Set<Integer> closing = request.ignoreEnd() ? Set.of() : ends;
        Optional<Constraint> constraint =
                request.rules().grammar().map(grammar -> grammars.constraint(grammar, closing));
        int most = options.count(Knob.MAX_TOKENS);
        int least = options.count(Knob.MIN_TOKENS);
        Check.argument(
                least <= most,
                "min_tokens is %d and max_tokens is %d; the least must not be above the most",
                least,
                most);
        return new Request(
                prompt,
                suffix,
                sampling(options, request.rules(), constraint),
                new Limits(most, least, request.time().or(request.terms()::time)),
                new Stops(stopTokens, request.stops(), Optional.of(this::bytes)),
                KeyedChance.of(seed, request.sample()),
                request.alternatives());
    }

    /// The options that a request's become: over the model's own defaults, over the neutral values.
    public GenerationOptions inForce(GenerationOptions options) {
        return options.over(card.defaults());
    }

    private static Sampling sampling(
            GenerationOptions options, TokenRules rules, Optional<Constraint> constraint) {
        return new Sampling(
                options.get(Knob.TEMPERATURE),
                options.count(Knob.TOP_K),
                options.get(Knob.TOP_P),
                options.get(Knob.MIN_P),
                options.get(Knob.TYPICAL_P),
                options.get(Knob.REPETITION_PENALTY),
                options.get(Knob.PRESENCE_PENALTY),
                options.get(Knob.FREQUENCY_PENALTY),
                rules.biasWithBans(),
                rules.allowed(),
                rules.banned(),
                constraint);
    }

    /// What an id adds to the text: special tokens steer and do not show, and a model may have more
    /// rows than its tokenizer has ids.
    private byte[] bytes(int id) {
        return id >= tokenizer.size() || tokenizer.special().contains(id)
                ? new byte[0]
                : tokenizer.bytes(id);
    }

    @Override
    public void close() {
        engine.close();
    }

    @Override
    public String toString() {
        List<String> parts = new ArrayList<>(List.of(card.name(), card.family()));
        parts.add("%,d weights".formatted(card.parameters()));
        parts.add(card.dtype() + " on " + card.device());
        return String.join(", ", parts);
    }
}
