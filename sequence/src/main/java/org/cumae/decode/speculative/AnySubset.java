package org.cumae.decode.speculative;

import org.cumae.Check;
import org.cumae.canvas.Address;
import org.cumae.canvas.Canvas;
import org.cumae.canvas.Element;
import org.cumae.canvas.Layout;
import org.cumae.canvas.OrderedRows;
import org.cumae.canvas.TokenType;
import org.cumae.decode.Decoder;
import org.cumae.decode.Fill;
import org.cumae.decode.FillRequest;
import org.cumae.decode.Filled;
import org.cumae.decode.Finish;
import org.cumae.decode.Generation;
import org.cumae.decode.Request;
import org.cumae.decode.Sink;
import org.cumae.decode.Transcript;
import org.cumae.distribution.Categorical;
import org.cumae.distribution.Finding;
import org.cumae.distribution.History;
import org.cumae.model.Capability;
import org.cumae.model.Card;
import org.cumae.model.Context;
import org.cumae.model.Tokens;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/// Writes what is missing between what is known, with a model that is asked in two streams
/// ([OrderedRows]), by its own guesses: any-subset speculative decoding.
///
/// The next few unknown variables are drafted in one pass, each from its marginal given what is
/// known. A second pass asks the same model for the conditionals of the draft in the order of
/// writing, and a [Law] decides what stays, so that the text is distributed as if the variables had
/// been drawn one by one. The first guess is always right, since both passes ask it the same, and
/// the second place is settled whatever happens: drafting itself, a model never takes more passes
/// than there are variables. The text is that of the given order; a model's laws of another order
/// are others.
///
/// An order with several variables a rank is followed as it is: those of one rank are drawn
/// independently of each other, without verification.
///
/// @param draft who guesses
/// @param length how many variables are guessed at a time
/// @param law what stays; one that decides about a chain of draws
/// @see <a href="https://arxiv.org/abs/2504.20456">Guo and Ermon 2025, Algorithm 1</a>
public record AnySubset(Draft draft, int length, Law law) implements Decoder {
    private static final String TEXT = "text";

    /// Who guesses what comes next.
    public enum Draft {
        /// The model itself, all places in one pass.
        SELF,
        /// How often values follow each other in what is known so far.
        NGRAM,
        /// Nobody: one variable a pass.
        NONE
    }

    /// Checks that the parts fit each other.
    ///
    /// @throws IllegalArgumentException naming the value and what would do
    public AnySubset {
        Check.argument(
                length > 0 && length <= Speculative.MOST_NODES,
                "draft_length is %d; it must lie between 1 and %d",
                length,
                Speculative.MOST_NODES);
        Check.argument(
                law.exact()
                        && (law.takes().contains(Manner.SAMPLED)
                                || law.takes().contains(Manner.RACED)),
                "law %s does not decide about guesses that are drawn; infill with law chain, block or"
                        + " gumbel",
                law.name());
    }

    /// One variable a pass.
    public static AnySubset oneByOne() {
        return new AnySubset(Draft.NONE, 1, new Chain());
    }

    @Override
    public String name() {
        return "infill";
    }

    @Override
    public Set<Capability> needs() {
        return Fill.needs();
    }

    @Override
    public boolean infills() {
        return true;
    }

    /// How its guesses are drawn.
    Manner manner() {
        return law.takes().stream()
                .filter(manner -> manner == Manner.SAMPLED || manner == Manner.RACED)
                .findFirst()
                .orElseThrow(); // checked when this was made
    }

    /// Writes the targets of a request.
    ///
    /// @param context an empty one
    /// @param request what is known and what to write
    /// @param onward asked after each variable with what is known then, whether to go on
    /// @throws org.cumae.model.CapabilityException if the model cannot be asked in any order
    /// @throws IllegalArgumentException if a sampling names ids that the model does not have, or a
    ///   type has several code levels
    public Filled fill(Context context, FillRequest request, Predicate<Canvas> onward) {
        context.card().require("decoder " + name(), needs());
        for (Address target : request.targets()) {
            TokenType type = request.canvas().layout().field(target).type();
            request.samplings().of(type, 0).check(context.card().vocabulary());
        }
        long begin = System.nanoTime();
        Writing writing = new Writing(request, onward);
        Finish finish = new Finish.Length();
        try {
            boolean whole =
                    new SubsetRun(this, context, request.canvas(), request.chance(), 0, writing)
                            .run(
                                    request.order().groups().stream()
                                            .map(
                                                    group ->
                                                            group.stream()
                                                                    .map(request.targets()::get)
                                                                    .toList())
                                            .toList());
            finish = whole ? finish : new Finish.Cancelled();
        } catch (CancellationException e) {
            finish = new Finish.Cancelled();
        }
        return new Filled(
                writing.canvas,
                writing.written,
                finish,
                context.ledger().entry(writing.written.size(), System.nanoTime() - begin));
    }

    /// Continues a prompt, up to a suffix if there is one.
    ///
    /// Known, and looked at in both directions, are the end of the prompt and the beginning of the
    /// suffix, as far as they and what is written between fit the model's places. Without a suffix
    /// the places move on when they are full, and half of them are kept.
    @Override
    public Generation decode(Context context, Request request, Sink sink) {
        Transcript out = new Transcript(this, context, request, sink);
        Layout layout = layout(context.card());
        List<Integer> before = new ArrayList<>(request.prompt().stream().boxed().toList());
        try {
            while (out.isOpen()) {
                window(context, request, layout, before, out);
                if (!request.suffix().isEmpty()) {
                    out.exhaust();
                }
            }
        } catch (CancellationException e) {
            out.cancel();
        }
        return out.end();
    }

    /// The line of places that a model of a text is asked by: half of the rows that it holds, since
    /// content and questions are rows of their own.
    public static Layout layout(Card card) {
        return Layout.line(TEXT, card.maxLength() / 2, card.vocabulary() - 1);
    }

    private void window(
            Context context, Request request, Layout layout, List<Integer> before, Transcript out) {
        int places = layout.addresses().size();
        Tokens suffix = request.suffix();
        int most = suffix.isEmpty() ? places - Math.min(before.size(), places / 2) : places - 1;
        Check.argument(
                suffix.isEmpty() || out.room() <= most,
                "%d tokens are to be written before the suffix; model %s has %d places, one of them for"
                        + " what is known. Set max_tokens to %d or less",
                out.room(),
                context.card().name(),
                places,
                most);
        int hole = Math.min(out.room(), most);
        int left = places - hole;
        int after = Math.min(suffix.size(), Math.max(left / 2, left - before.size()));
        int prompt = Math.min(before.size(), left - after);
        Canvas canvas = new Canvas(layout);
        for (int i = 0; i < prompt; i++) {
            canvas.observe(Address.of(TEXT, i), before.get(before.size() - prompt + i));
        }
        for (int i = 0; i < after; i++) {
            canvas.observe(Address.of(TEXT, prompt + hole + i), suffix.get(i));
        }
        List<List<Address>> targets =
                IntStream.range(prompt, prompt + hole)
                        .mapToObj(i -> List.of(Address.of(TEXT, i)))
                        .toList();
        context.truncate(0);
        new SubsetRun(this, context, canvas, request.chance(), out.length(), pen(out, before))
                .run(targets);
    }

    private static SubsetRun.Pen pen(Transcript out, List<Integer> before) {
        return new SubsetRun.Pen() {
            @Override
            public Categorical law(TokenType type, Categorical raw, int ahead) {
                return out.law(raw, ahead);
            }

            @Override
            public History history() {
                return out.history();
            }

            @Override
            public boolean write(Element element, int step, Categorical raw, Categorical law) {
                before.add(out.commit(out.choice(raw, law, element.codes().get(0))));
                return out.isOpen();
            }
        };
    }

    /// The log-probabilities of values, each given what is known and the values before it, in nats:
    /// the joint law of an infilling by the chain rule, in one pass.
    ///
    /// @param context an empty one
    /// @param known what is known
    /// @param values of unknown variables, in the order in which they would be written
    /// @return `[values]`
    public static List<Double> logProbabilities(
            Context context, Canvas known, List<Element> values) {
        context.card().require("a joint density", Fill.needs());
        OrderedRows rows = new OrderedRows(known.layout());
        known.elements().forEach(element -> rows.content(element, 0));
        for (int i = 0; i < values.size(); i++) {
            Check.argument(
                    known.codes(values.get(i).address()).isEmpty(),
                    "%s is known already; ask for the probability of what is not",
                    values.get(i).address());
            rows.content(values.get(i), i + 1);
        }
        for (int i = 0; i < values.size(); i++) {
            rows.ask(values.get(i).address(), i + 1);
        }
        if (values.isEmpty()) {
            return List.of();
        }
        List<Finding> laws = context.ask(rows.query()).findings();
        context.truncate(context.length() - values.size());
        return IntStream.range(0, values.size())
                .mapToObj(
                        i ->
                                ((Categorical) laws.get(i))
                                        .logProbability(values.get(i).codes().get(0)))
                .toList();
    }

    /// A canvas on its way.
    private static final class Writing implements SubsetRun.Pen {
        final Canvas canvas;
        final List<Filled.Written> written = new ArrayList<>();

        private final FillRequest request;
        private final Predicate<Canvas> onward;
        private final History history = new History();

        Writing(FillRequest request, Predicate<Canvas> onward) {
            this.canvas = request.canvas().copy();
            this.request = request;
            this.onward = onward;
        }

        @Override
        public Categorical law(TokenType type, Categorical raw, int ahead) {
            return request.samplings().of(type, 0).law(raw, history);
        }

        @Override
        public History history() {
            return history;
        }

        @Override
        public boolean write(Element element, int step, Categorical raw, Categorical law) {
            canvas.observe(element);
            int code = element.codes().get(0);
            history.add(code);
            written.add(new Filled.Written(element, step, List.of(raw.logProbability(code))));
            return onward.test(canvas);
        }
    }
}
