package org.cumae.decode.speculative;

import org.cumae.canvas.Address;
import org.cumae.canvas.Canvas;
import org.cumae.canvas.Element;
import org.cumae.canvas.Layout;
import org.cumae.canvas.OrderedRows;
import org.cumae.canvas.TokenType;
import org.cumae.distribution.Categorical;
import org.cumae.distribution.Chance;
import org.cumae.distribution.Finding;
import org.cumae.distribution.History;
import org.cumae.model.Context;
import org.cumae.model.Tokens;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/// One infilling on its way.
///
/// The context holds the content of what is known and written, but for what the next pass brings;
/// questions are taken back as soon as they are answered. Noise is addressed by the place in the
/// order of writing, so that it does not depend on how a variable came to be drawn.
final class SubsetRun {
    private static final long DRAFT = 0x44524654L;

    /// What is written with, and what it says of the laws.
    interface Pen {
        /// What the request's sampling makes of a law.
        ///
        /// @param ahead how many values the [#history] holds beyond the written ones
        Categorical law(TokenType type, Categorical raw, int ahead);

        /// What the laws look at.
        History history();

        /// Writes a variable.
        ///
        /// @param step the round, from 0
        /// @param raw what the model said of it
        /// @param law what it was drawn from
        /// @return whether to go on
        boolean write(Element element, int step, Categorical raw, Categorical law);
    }

    private final AnySubset how;
    private final Context context;
    private final Layout layout;
    private final Chance chance;
    private final long base; // the address of the first variable's noise
    private final Pen pen;
    private final Bigrams bigrams;
    private OrderedRows unfed; // content that the context does not hold yet
    private int rank; // one more than the highest of its ranks
    private int written;
    private int step;

    SubsetRun(AnySubset how, Context context, Canvas known, Chance chance, long base, Pen pen) {
        this.how = how;
        this.context = context;
        this.layout = known.layout();
        this.chance = chance;
        this.base = base;
        this.pen = pen;
        this.bigrams = new Bigrams(layout);
        this.unfed = new OrderedRows(layout);
        for (Element element : known.elements()) {
            unfed.content(element, 0);
            bigrams.add(element);
        }
        this.rank = 1;
    }

    /// Writes variables, those of a group together.
    ///
    /// @return whether all were wanted
    boolean run(List<List<Address>> groups) {
        boolean single = groups.stream().allMatch(group -> group.size() == 1);
        List<Address> line = groups.stream().flatMap(List::stream).toList();
        boolean onward = true;
        while (onward && written < line.size()) {
            int length = Math.min(how.length(), line.size() - written - 1);
            if (single && length > 0 && how.draft() != AnySubset.Draft.NONE) {
                onward = round(line.subList(written, written + length + 1));
            } else {
                onward = together(single ? List.of(line.get(written)) : groups.get(step));
            }
            step++;
        }
        return written == line.size();
    }

    /// Each of a group from its marginal.
    private boolean together(List<Address> group) {
        List<Categorical> raws = blind(group);
        List<Categorical> laws = new ArrayList<>();
        List<Element> elements = new ArrayList<>();
        for (int i = 0; i < group.size(); i++) {
            laws.add(law(group.get(i), raws.get(i), Tokens.NONE));
            elements.add(element(group.get(i), chance.draw(laws.get(i), position(i))));
        }
        boolean onward = true;
        for (int i = 0; onward && i < group.size(); i++) {
            onward = write(elements.get(i), raws.get(i), laws.get(i));
        }
        return onward;
    }

    /// Asks for variables that know nothing of each other.
    private List<Categorical> blind(List<Address> group) {
        group.forEach(address -> unfed.ask(address, rank));
        int held = context.length() + unfed.contents();
        List<Categorical> raws = ask();
        context.truncate(held);
        return raws;
    }

    private List<Categorical> ask() {
        List<Finding> findings = context.ask(unfed.query()).findings();
        unfed = new OrderedRows(layout);
        rank = 0;
        return findings.stream().map(finding -> (Categorical) finding).toList();
    }

    /// Guesses all places but the last one, and settles one at least.
    private boolean round(List<Address> places) {
        long begin = System.nanoTime();
        boolean self = how.draft() == AnySubset.Draft.SELF;
        List<Categorical> raws = new ArrayList<>(); // of each place, as the target sees it
        DraftTree tree;
        if (self) {
            List<Categorical> marginals = blind(places.subList(0, places.size() - 1));
            raws.add(marginals.getFirst()); // given what is known: the target asks no other
            tree = guesses(places, marginals);
        } else {
            tree = bigrams(places);
        }
        long drafted = System.nanoTime();
        for (int node = 0; node < tree.size(); node++) {
            unfed.content(element(places.get(node), tree.token(node)), rank + node);
        }
        for (int node = raws.size() - 1; node < tree.size(); node++) {
            unfed.ask(places.get(node + 1), rank + node + 1);
        }
        int held = context.length() + unfed.contents() - tree.size();
        raws.addAll(ask());
        long answered = System.nanoTime();
        Target target = target(places, raws, tree);
        Verdict verdict = how.law().verify(new Round(tree, target, chance, position(0)));
        List<Integer> accepted = verdict.accepted();
        context.truncate(held + accepted.size());
        long verified = System.nanoTime() - answered;
        context.ledger().draft(tree.size(), accepted.size(), drafted - begin, verified);
        return write(places, tree, verdict, raws, target);
    }

    private Target target(List<Address> places, List<Categorical> raws, DraftTree tree) {
        Map<Integer, Categorical> laws = new HashMap<>();
        return node -> {
            Categorical known = laws.get(node);
            if (known == null) {
                known = law(places.get(node + 1), raws.get(node + 1), tree.line(node));
                laws.put(node, known);
            }
            return known;
        };
    }

    private boolean write(
            List<Address> places,
            DraftTree tree,
            Verdict verdict,
            List<Categorical> raws,
            Target target) {
        int kept = verdict.accepted().size();
        List<Categorical> laws = // before the history knows what is written now
                IntStream.rangeClosed(0, kept).mapToObj(i -> target.law(i - 1)).toList();
        boolean onward = true;
        for (int i = 0; onward && i <= kept; i++) {
            int token = i < kept ? tree.token(i) : verdict.next();
            Element element = element(places.get(i), token);
            if (i < kept) { // the context holds it
                written++;
                bigrams.add(element);
                onward = pen.write(element, step, raws.get(i), laws.get(i));
            } else {
                onward = write(element, raws.get(i), laws.get(i));
            }
        }
        return onward;
    }

    /// A variable whose content is still to be fed.
    private boolean write(Element element, Categorical raw, Categorical law) {
        unfed.content(element, rank++);
        written++;
        bigrams.add(element);
        return pen.write(element, step, raw, law);
    }

    /// The marginals' own draws.
    private DraftTree guesses(List<Address> places, List<Categorical> marginals) {
        DraftTree.Builder tree = DraftTree.grow(how.manner());
        int[] line = new int[marginals.size()];
        for (int i = 0; i < line.length; i++) {
            Tokens before = Tokens.of(Arrays.copyOf(line, i));
            Categorical law = law(places.get(i), marginals.get(i), before);
            line[i] = guess(tree, i, law);
        }
        return tree.build();
    }

    /// What mostly follows what stands to the left.
    private DraftTree bigrams(List<Address> places) {
        DraftTree.Builder tree = DraftTree.grow(how.manner());
        Map<Address, Integer> guessed = new HashMap<>();
        for (int i = 0; i < places.size() - 1; i++) {
            Optional<Categorical> law = bigrams.law(places.get(i), guessed);
            if (law.isEmpty()) {
                break;
            }
            guessed.put(places.get(i), guess(tree, i, law.get()));
        }
        return tree.build();
    }

    private int guess(DraftTree.Builder tree, int ahead, Categorical law) {
        tree.law(ahead - 1, law);
        Chance own = how.manner() == Manner.RACED ? chance : chance.lane(DRAFT).lane(position(0));
        int token = own.draw(law, position(ahead));
        tree.add(ahead - 1, token);
        return token;
    }

    private Categorical law(Address address, Categorical raw, Tokens ahead) {
        TokenType type = layout.field(address).type();
        int behind = pen.history().written();
        ahead.stream().forEach(pen.history()::add);
        try {
            return pen.law(type, raw, ahead.size());
        } finally {
            pen.history().truncate(behind);
        }
    }

    private static Element element(Address address, int code) {
        return new Element(address, Tokens.of(code));
    }

    private long position(int ahead) {
        return base + written + ahead;
    }
}
