package org.cumae.psi;

import org.cumae.Check;
import org.cumae.canvas.Address;
import org.cumae.canvas.Canvas;
import org.cumae.canvas.Element;
import org.cumae.canvas.Layout;
import org.cumae.canvas.PointerRows;
import org.cumae.canvas.Span;
import org.cumae.decode.Fill;
import org.cumae.decode.FillRequest;
import org.cumae.decode.Filled;
import org.cumae.distribution.Categorical;
import org.cumae.distribution.Chance;
import org.cumae.model.Answer;
import org.cumae.model.Context;
import org.cumae.model.Ledger;
import org.cumae.model.PooledContext;
import org.cumae.model.Question;
import org.cumae.model.Tokens;
import org.cumae.model.Want;
import org.cumae.order.Order;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;

/// What a random-access model says of unknown variables, given known ones: `Psi(X, p)`.
///
/// What becomes known is fed once, with the next question, in the order of telling. A [#branch]
/// shares what its origin was fed; so what several questions have in common is told first, and what
/// they differ in last. Questions asked together do not see each other, and leave nothing behind.
///
/// Used by one thread at a time. Closing frees the rows.
public final class Belief implements AutoCloseable {
    private static final Tokens NO_CODE = Tokens.NONE;

    private final Context context;
    private final Canvas known;
    private List<Element> untold = new ArrayList<>(); // known, and not yet fed

    private Belief(Context context, Canvas known) {
        this.context = context;
        this.known = known;
    }

    /// Nothing is known yet.
    ///
    /// @param layout where variables live
    /// @param context an empty one; the belief closes it
    public static Belief open(Layout layout, Context context) {
        context.card().require("a world's belief", Fill.needs());
        return new Belief(context, new Canvas(layout));
    }

    /// Several beliefs as one, which closes them: see [PooledContext]. What is told from now on is
    /// told to all. What one of them knows counts as known, as that of the first who does.
    ///
    /// @param members of one layout and one engine, with whatever past each has
    /// @param pooling how their laws become one
    public static Belief pooled(List<Belief> members, PooledContext.Pooling pooling) {
        Check.argument(!members.isEmpty(), "a pool needs at least one belief; it was given none");
        tell(members);
        Canvas known = members.getFirst().known.copy();
        for (Belief member : members) {
            for (Element element : member.known.elements()) {
                if (known.codes(element.address()).isEmpty()) {
                    known.observe(element);
                }
            }
        }
        List<Context> contexts = members.stream().map(member -> member.context).toList();
        return new Belief(new PooledContext(contexts, pooling), known);
    }

    /// What is known.
    public Canvas known() {
        return known;
    }

    /// A variable becomes known. Being told the same again changes nothing.
    ///
    /// @return this
    /// @throws IllegalArgumentException if it is known with another value, or the value does not
    ///   fit the layout
    public Belief observe(Element element) {
        boolean isNew = known.codes(element.address()).isEmpty();
        known.observe(element);
        if (isNew) {
            untold.add(element);
        }
        return this;
    }

    /// Variables become known, in their order.
    ///
    /// @return this
    /// @throws IllegalArgumentException as [#observe(Element)]
    public Belief observe(Collection<Element> elements) {
        elements.forEach(this::observe);
        return this;
    }

    /// A copy that lives its own life, and shares what this one was fed. The caller closes it.
    public Belief branch() {
        tell();
        return new Belief(context.fork(), known.copy());
    }

    private void tell() {
        tell(List.of(this));
    }

    /// Feeds what several beliefs know and were not fed yet, in one pass.
    ///
    /// @param beliefs distinct, of one engine
    static void tell(List<Belief> beliefs) {
        List<Belief> waiting = beliefs.stream().filter(each -> !each.untold.isEmpty()).toList();
        if (!waiting.isEmpty()) {
            Question.askAll(
                    waiting.stream()
                            .map(each -> new Question(each.context, each.rows().query()))
                            .toList());
            waiting.forEach(each -> each.untold = new ArrayList<>());
        }
    }

    private PointerRows rows() {
        PointerRows rows = new PointerRows(known.layout());
        untold.forEach(rows::known);
        return rows;
    }

    /// The law of the first code of each of some unknown variables, all asked in one pass; of a
    /// variable of one level that is the law of its value.
    ///
    /// @throws IllegalArgumentException if one is known or not there
    public List<Categorical> laws(List<Address> addresses) {
        return laws(List.of(this), List.of(addresses)).getFirst();
    }

    /// The laws that several beliefs have of the first codes of variables, asked in one pass.
    ///
    /// @param beliefs distinct, of one engine
    /// @param addresses what each is asked after; at least one
    /// @return `[belief][address]`
    public static List<List<Categorical>> laws(
            List<Belief> beliefs, List<List<Address>> addresses) {
        tell(beliefs); // apart from the questions, so that these need no mask
        List<Integer> lengths = beliefs.stream().map(belief -> belief.context.length()).toList();
        List<Question> questions = new ArrayList<>();
        for (int i = 0; i < beliefs.size(); i++) {
            Belief belief = beliefs.get(i);
            PointerRows rows = belief.rows();
            for (Address address : addresses.get(i)) {
                belief.requireUnknown(address);
                rows.ask(address, NO_CODE);
            }
            questions.add(new Question(belief.context, rows.query()));
        }
        List<Answer> answers = Question.askAll(questions);
        List<List<Categorical>> laws = new ArrayList<>();
        for (int i = 0; i < beliefs.size(); i++) {
            beliefs.get(i).context.truncate(lengths.get(i));
            laws.add(answers.get(i).findings().stream().map(Categorical.class::cast).toList());
        }
        return laws;
    }

    /// Writes unknown variables, which are known from then on.
    ///
    /// @param targets what to write
    /// @param order of the targets, by their place in the list
    /// @param samplings how the codes of each type and level are drawn
    /// @param chance what decisions are taken with
    /// @return what was written; its canvas holds that alone
    /// @throws IllegalArgumentException if a target is known or not there
    public Filled write(
            List<Address> targets, Order order, FillRequest.Samplings samplings, Chance chance) {
        targets.forEach(this::requireUnknown);
        tell();
        int length = context.length();
        FillRequest request =
                new FillRequest(new Canvas(known.layout()), targets, order, samplings, chance);
        Filled filled = new Fill().fill(context, request, _ -> true);
        context.truncate(length); // the last codes were never fed; all are told anew
        filled.written().forEach(written -> observe(written.element()));
        return filled;
    }

    private void requireUnknown(Address address) {
        Check.argument(
                known.codes(address).isEmpty(), "%s is known; ask after what is not", address);
    }

    /// How probable values are, given what is known: one pass over all of them, each given those
    /// before it. They are not known afterwards.
    ///
    /// @param elements unknown variables with the values to judge, in the order of judging
    /// @return `[element]`, log-probabilities in nats, the levels of each summed
    public List<Double> logProbabilities(List<Element> elements) {
        if (elements.isEmpty()) {
            return List.of();
        }
        tell();
        PointerRows rows = new PointerRows(known.layout());
        List<Want> wants = new ArrayList<>();
        for (Element element : elements) {
            requireUnknown(element.address());
            int row = rows.size(); // of the pointer; what follows it is the first code
            for (Span codes : known.layout().field(element.address()).type().codes()) {
                wants.add(new Want.Law(row++, codes.from(), codes.to()));
            }
            rows.known(element);
        }
        int length = context.length();
        Answer answer = context.ask(rows.query().wanting(wants));
        context.truncate(length);
        List<Double> sums = new ArrayList<>();
        int next = 0;
        for (Element element : elements) {
            double sum = 0;
            for (int code : element.codes().toArray()) {
                sum += answer.categorical(next++).logProbability(code);
            }
            sums.add(sum);
        }
        return sums;
    }

    /// What this belief and its branches have cost so far.
    public Ledger.Entry cost() {
        return context.ledger().entry(0, 0);
    }

    @Override
    public void close() {
        context.close();
    }

    @Override
    public String toString() {
        return known.elements().stream()
                .map(Element::toString)
                .collect(Collectors.joining(", ", "Belief[", "]"));
    }
}
