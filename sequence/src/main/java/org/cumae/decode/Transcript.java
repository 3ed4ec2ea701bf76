package org.cumae.decode;

import org.cumae.Check;
import org.cumae.distribution.Categorical;
import org.cumae.distribution.Excerpt;
import org.cumae.distribution.Finding;
import org.cumae.distribution.History;
import org.cumae.distribution.Sampling;
import org.cumae.model.Context;
import org.cumae.model.Tokens;
import org.cumae.model.Want;
import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What a decoder has written so far, and whether that is the end: drawing, stops, limits, the
/// stream and the accounts, once for all decoders.
///
/// A decoder asks the model for what [#want] says, has a token chosen with [#choose], and commits
/// it with [#commit]; it goes on while [#isOpen]. Used by one thread.
public final class Transcript {
    private static final Excerpt NOTHING = new Excerpt(List.of());

    private final Context context;
    private final Request request;
    private final Sink sink;
    private final History history;
    private final @Nullable StopText text;
    private final int start; // rows before the first written token
    private final long begin = System.nanoTime();
    private final List<Integer> tokens = new ArrayList<>();
    private final List<Double> logProbabilities = new ArrayList<>();
    private List<Generation.Candidate> candidates = List.of();
    private @Nullable Finish finish;
    private int streamed; // characters of the text that the sink has
    private Optional<Draft> draft = Optional.empty(); // of the next token

    /// An empty transcript of a request.
    ///
    /// @param decoder for messages, and for what it needs
    /// @param context that the decoder will ask
    /// @param request what was asked for
    /// @param sink who looks
    /// @throws org.cumae.model.CapabilityException if the model lacks what the decoder needs
    /// @throws IllegalArgumentException if the request does not fit the model
    public Transcript(Decoder decoder, Context context, Request request, Sink sink) {
        context.card().require("decoder " + decoder.name(), decoder.needs());
        Check.argument(
                request.suffix().isEmpty() || decoder.infills(),
                "decoder %s writes left to right and heeds no suffix; use decoder infill, with a model"
                        + " that predicts in any order",
                decoder.name());
        request.check(context.card(), context.length());
        this.context = context;
        this.request = request;
        this.sink = sink;
        this.start = context.length() + request.prompt().size();
        this.history = request.sampling().history(request.prompt().toArray());
        this.text =
                request.stops()
                        .text()
                        .map(reads -> new StopText(reads, request.stops().strings()))
                        .orElse(null);
        if (request.limits().maxNewTokens() == 0) {
            finish = new Finish.Length();
        }
    }

    /// Whether more may be written.
    public boolean isOpen() {
        return finish == null;
    }

    /// How many tokens are written.
    public int length() {
        return tokens.size();
    }

    /// How many more tokens may be written at most.
    public int room() {
        int held = start + tokens.size();
        return Math.min(
                request.limits().maxNewTokens() - tokens.size(),
                // the last token that a full context predicts is not fed any more
                context.card().maxLength() + 1 - held);
    }

    /// What the model must say of a row for the next token to be chosen from it.
    public Want want(int row) {
        return want(row, 0);
    }

    /// What the model must say of a row for a token some places after the next one.
    ///
    /// @param row the row
    /// @param ahead how many tokens come before it
    public Want want(int row, int ahead) {
        int enough = request.sampling().enough();
        if (enough == 0 || bansStops(ahead)) {
            return new Want.Law(row);
        }
        int count = Math.max(enough, request.alternatives());
        return new Want.Best(row, Math.min(count, context.card().vocabulary()));
    }

    /// Draws the next token.
    ///
    /// @param finding what the model said for [#want]
    /// @return the token and what was known of it
    public Choice choose(Finding finding) {
        Categorical law = law(finding, 0);
        return choice(finding, law, request.chance().draw(law, position(0)));
    }

    /// A token that was drawn elsewhere, and what was known of it.
    ///
    /// @param finding what the model said of the row before it
    /// @param law what [#law(Finding, int)] made of that
    /// @param token the token
    public Choice choice(Finding finding, Categorical law, int token) {
        return new Choice(token, logProbability(finding, token), told(finding), filtered(law));
    }

    /// The law that the token some places ahead is drawn from, from what the model said for
    /// [#want(int, int)].
    ///
    /// @param finding what the model said
    /// @param ahead how many tokens the [#history] holds beyond the written ones
    public Categorical law(Finding finding, int ahead) {
        return law(raw(finding), ahead);
    }

    /// The law that the token some places ahead is drawn from: bans, bias, penalties, temperature
    /// and filters applied. The history must hold the tokens before it.
    ///
    /// @param raw what the model gave
    /// @param ahead how many tokens the [#history] holds beyond the written ones
    public Categorical law(Categorical raw, int ahead) {
        return sampling(ahead).law(raw, history);
    }

    /// What penalties look at: the prompt and the written tokens. A decoder that tries tokens adds
    /// them, and takes them back before it commits.
    public History history() {
        return history;
    }

    /// The address of the token some places ahead, for [org.cumae.distribution.Chance].
    public long position(int ahead) {
        return (long) start + tokens.size() + ahead;
    }

    /// Writes a chosen token, and tells the sink.
    ///
    /// @return the token
    public int commit(Choice choice) {
        write(choice, isLate());
        return choice.token();
    }

    /// Writes a whole line that a search has found, and tells the sink.
    ///
    /// @param line the tokens, a stop token at the end among them; not more than there is [#room]
    /// @return how many of them were taken before the text ended, a stop token counted
    public int commitAll(List<Choice> line) {
        boolean late = isLate();
        int taken = 0;
        while (taken < line.size() && isOpen()) {
            write(line.get(taken), late && taken == line.size() - 1);
            taken++;
        }
        return taken;
    }

    private void write(Choice choice, boolean late) {
        Check.state(finish == null, "the transcript has ended; nothing can be added");
        int token = choice.token();
        if (request.stops().tokens().contains(token)) {
            finish = new Finish.StopToken(token);
            return;
        }
        tokens.add(token);
        logProbabilities.add(choice.logProbability());
        if (request.sampling().looksBack()) {
            history.add(token);
        }
        Optional<String> stop = read(token);
        if (stop.isPresent()) {
            finish = new Finish.StopString(stop.get());
        } else if (request.sampling().constraint().isPresent() && history.place().isComplete()) {
            finish = new Finish.Complete();
        } else if (room() <= 0) {
            finish = new Finish.Length();
        } else if (late) {
            finish = new Finish.TimeUp();
        }
        settle();
        tell(tokens.size() - 1, choice, Step.State.COMMITTED, fresh());
    }

    /// Whether somebody looks at what is behind the tokens.
    public boolean isWatched() {
        return request.alternatives() > 0;
    }

    /// The next token comes from a pass that looked at a draft.
    public void drafted(Draft looked) {
        draft = Optional.of(looked);
    }

    /// Shows a token that may still change; it counts as written only when committed.
    ///
    /// @param place where it stands in what is written, from 0
    /// @param choice the token
    /// @param again whether another token was shown there before
    public void show(int place, Choice choice, boolean again) {
        tell(place, choice, again ? Step.State.REVISED : Step.State.PROVISIONAL, "");
    }

    private void tell(int place, Choice choice, Step.State state, String text) {
        Step step =
                new Step(
                        place,
                        choice.token(),
                        state,
                        choice.logProbability(),
                        choice.raw(),
                        choice.filtered(),
                        draft,
                        text);
        draft = Optional.empty();
        if (!sink.accept(step) && finish == null) {
            finish = new Finish.Cancelled();
        }
    }

    /// The request ends here, whatever is missing: because somebody wanted it, or because its time
    /// was over while it waited.
    public void cancel() {
        if (finish == null) {
            finish = isLate() ? new Finish.TimeUp() : new Finish.Cancelled();
        }
    }

    /// No more can be written, though less than the limit was.
    public void exhaust() {
        finish = finish == null ? new Finish.Length() : finish;
    }

    /// What a search found beside this.
    public void found(List<Generation.Candidate> candidates) {
        this.candidates = List.copyOf(candidates);
    }

    /// The whole.
    public Generation end() {
        Finish reason = finish == null ? new Finish.Length() : finish;
        finish = reason;
        settle();
        return new Generation(
                Tokens.of(tokens.stream().mapToInt(Integer::intValue).toArray()),
                logProbabilities,
                text == null ? "" : text.settledFrom(0),
                text == null ? "" : text.settledFrom(streamed),
                reason,
                candidates,
                context.ledger().entry(tokens.size(), System.nanoTime() - begin));
    }

    private Optional<String> read(int token) {
        return text == null
                ? Optional.empty()
                : text.read(token, tokens.size() >= request.limits().minNewTokens());
    }

    private void settle() {
        if (text != null && finish != null) {
            text.end();
        }
    }

    private String fresh() {
        if (text == null) {
            return "";
        }
        String fresh = text.settledFrom(streamed);
        streamed += fresh.length();
        return fresh;
    }

    /// Whether the request's time is over.
    public boolean isLate() {
        return request.limits()
                .time()
                .map(time -> System.nanoTime() - begin >= time.toNanos())
                .orElse(false);
    }

    private boolean bansStops(int ahead) {
        return tokens.size() + ahead < request.limits().minNewTokens()
                && !request.stops().tokens().isEmpty();
    }

    private Sampling sampling(int ahead) {
        Sampling sampling = request.sampling();
        if (!bansStops(ahead)) {
            return sampling;
        }
        Set<List<Integer>> stops =
                request.stops().tokens().stream().map(List::of).collect(Collectors.toSet());
        return sampling.withBanned(
                Stream.concat(sampling.banned().stream(), stops.stream()).toList());
    }

    private static Categorical raw(Finding finding) {
        return switch (finding) {
            case Categorical law -> law;
            case Excerpt excerpt -> Categorical.among(excerpt);
            default ->
                    throw new IllegalArgumentException(
                            "tokens are drawn from a categorical law or an excerpt of one, not from"
                                    + " a "
                                    + finding.getClass().getSimpleName());
        };
    }

    private static double logProbability(Finding finding, int token) {
        return switch (finding) {
            case Categorical law -> law.logProbability(token);
            case Excerpt excerpt ->
                    excerpt.entries().stream()
                            .filter(entry -> entry.id() == token)
                            .findFirst()
                            .orElseThrow()
                            .logProbability();
            default -> Double.NaN;
        };
    }

    private Excerpt told(Finding finding) {
        int count = request.alternatives();
        if (count == 0) {
            return NOTHING;
        }
        return finding instanceof Excerpt(List<Excerpt.Entry> entries)
                ? new Excerpt(entries.subList(0, Math.min(count, entries.size())))
                : raw(finding).top(count);
    }

    private Excerpt filtered(Categorical law) {
        return request.alternatives() == 0 ? NOTHING : law.top(request.alternatives());
    }
}
