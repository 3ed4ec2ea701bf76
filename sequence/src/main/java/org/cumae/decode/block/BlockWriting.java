package org.cumae.decode.block;

import org.cumae.decode.Choice;
import org.cumae.decode.Request;
import org.cumae.decode.Transcript;
import org.cumae.decode.block.Pacing.Foretelling;
import org.cumae.distribution.Categorical;
import org.cumae.distribution.Chance;
import org.cumae.distribution.Excerpt;
import org.cumae.distribution.Finding;
import org.cumae.model.Context;
import org.cumae.model.Denoising;
import org.cumae.model.Denoising.Reading;
import org.cumae.model.Query;
import org.cumae.model.Tokens;
import org.cumae.model.Visibility;
import org.cumae.model.Want;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// One text of masks on its way.
///
/// Everything is told by absolute position: the context holds the rows of positions `[0, kept)`, a
/// pass feeds those of `[kept, end)`.
final class BlockWriting {
    private static final long CANDIDATES = 0x43414E44L;
    private static final long POLICY = 0x504F4C49L;

    private final BlockDiffusion how;
    private final Pacing pacing;
    private final Pacing.Commit commit;
    private final Denoising denoising;
    private final Context context;
    private final Request request;
    private final Transcript out;
    private final Revealing revealing;
    private final int mask; // the id of a mask
    private final int base; // rows that were there before
    private final int start; // position of the first written place
    private final int limit; // one past the last place that can be written
    private final Map<Integer, Choice> chosen = new HashMap<>(); // by position, written ones too
    private final Set<Integer> seen =
            new HashSet<>(); // positions that were shown before their turn
    private int first; // position of the first mask
    private int sure; // one past the last place that stays as it is
    private int end; // one past the last place worth writing: a known stop token ends the text
    private int passes;
    private int block = -1; // where the block begins that the last pass was over
    private int step; // passes over it
    private Around around = Around.NOTHING;

    /// Rows of a block that are used again while a part of it is written.
    ///
    /// @param part first position of the part
    /// @param kept how many rows of the context are finished
    /// @param held how many it holds with those of the block
    private record Around(int part, int kept, int held) {
        static final Around NOTHING = new Around(-1, 0, 0);

        boolean isThere() {
            return part >= 0;
        }
    }

    /// A place as a pass told it.
    private record Told(int position, Finding finding, Categorical law) {}

    BlockWriting(
            BlockDiffusion how,
            Denoising denoising,
            Context context,
            Request request,
            Transcript out,
            Revealing revealing) {
        this.how = how;
        this.pacing = how.pacing();
        this.commit = how.commit(denoising);
        this.denoising = denoising;
        this.context = context;
        this.request = request;
        this.out = out;
        this.revealing = revealing;
        this.mask = context.card().vocabulary();
        this.base = context.length();
        this.start = base + request.prompt().size();
        this.limit = Math.min(start + request.limits().maxNewTokens(), context.card().maxLength());
        this.first = start;
        this.sure = start;
        this.end = limit;
    }

    void run() {
        while (out.isOpen()) {
            if (sure >= limit) {
                out.exhaust();
            } else if (commit == Pacing.Commit.APART && finished() > kept()) {
                keepApart();
            } else {
                pass();
            }
        }
    }

    /// How many rows of the context are finished.
    private int kept() {
        return around.isThere() ? around.kept : context.length();
    }

    /// Up to which position rows may stay when they are fed now.
    private int finished() {
        int upTo =
                switch (pacing.keep()) {
                    case NOTHING -> base;
                    case PROMPT -> whole(start);
                    case BLOCKS -> commit == Pacing.Commit.STREAM ? first : denoising.begin(first);
                    case KNOWN -> first;
                };
        return Math.max(upTo, base);
    }

    /// What of the first positions does not share a block with others.
    private int whole(int upTo) {
        return denoising.reading() == Reading.BLOCKS ? denoising.begin(upTo) : upTo;
    }

    /// A pass whose only use is that finished rows stay; where places are told by the row before
    /// them, the last one tells the first place of the next block.
    private void keepApart() {
        int from = forgetAround();
        int to = finished();
        List<Integer> order = IntStream.range(from, to).boxed().toList();
        boolean tells = isForced(first) && to == first && first < end;
        List<Want> wants = tells ? List.of(want(to - 1 - from, first)) : List.of();
        List<Finding> findings = context.ask(query(from, order, wants)).findings();
        context.ledger().commit();
        passes++;
        if (tells) {
            write(List.of(told(first, findings.getFirst())), Map.of());
            settle(first + 1);
        }
    }

    private void pass() {
        refresh();
        int part = pacing.subBlock().orElse(denoising.block());
        int begin = denoising.begin(first);
        boolean streams = commit == Pacing.Commit.STREAM;
        int active = first - (first - begin) % part;
        int to = streams ? first + denoising.block() : active + part;
        List<Integer> masks =
                IntStream.range(first, Math.min(to, end))
                        .filter(position -> !chosen.containsKey(position))
                        .boxed()
                        .toList();
        count(streams ? first : begin);
        List<Integer> asked = Stream.concat(drafted().boxed(), masks.stream()).toList();
        List<Told> told =
                usesAround(active, part, asked.getFirst())
                        ? partly(active, part, asked)
                        : wholly(active, shown(begin), asked);
        passes++;
        int drafts = told.size() - masks.size();
        int agreed = verify(told.subList(0, drafts));
        if (agreed < drafts) {
            settle(sure + agreed + 1);
        } else {
            int upTo = first + 1; // what lies behind is not held against anything yet
            reveal(told.subList(drafts, told.size()));
            settle(upTo);
        }
    }

    /// Places that are written and not yet held against what plain decoding would have written.
    private IntStream drafted() {
        return verifies() ? IntStream.range(sure, first) : IntStream.empty();
    }

    private boolean verifies() {
        return pacing.foretelling() == Foretelling.VERIFIES;
    }

    /// Draws what plain decoding would have written at each place, as long as it is what stands
    /// there. Where it is not, it takes its place, and all that was written behind it is forgotten.
    ///
    /// @return how many stay
    private int verify(List<Told> drafts) {
        int agreed = 0;
        for (Told told : drafts) {
            int token = request.chance().draw(told.law, told.position);
            boolean same = id(told.position) == token;
            chosen.put(told.position, out.choice(told.finding, told.law, token));
            if (!same) {
                forget(told.position + 1);
                context.truncate(Math.min(told.position, context.length()));
                break;
            }
            agreed++;
        }
        if (!drafts.isEmpty()) {
            context.ledger().draft(drafts.size(), agreed, 0, 0);
        }
        return agreed;
    }

    private void forget(int from) {
        chosen.keySet().removeIf(position -> position >= from);
        first = from;
        end = limit;
    }

    private void refresh() {
        if (pacing.refreshEvery() > 0 && passes > 0 && passes % pacing.refreshEvery() == 0) {
            forgetAround();
            context.truncate(base);
        }
    }

    private void count(int at) {
        step = at == block ? step + 1 : 0;
        block = at;
    }

    /// One past the last position that is fed.
    private int shown(int begin) {
        int most = context.card().maxLength();
        return switch (denoising.reading()) {
            case BLOCKS -> Math.min(begin + denoising.block(), most);
            case PREFIX ->
                    Math.min(
                            (commit == Pacing.Commit.STREAM ? first : begin) + denoising.block(),
                            limit);
            case CANVAS ->
                    pacing.ahead().isEmpty()
                            ? limit
                            : (int)
                                    Math.min(
                                            (long) begin
                                                    + denoising.block()
                                                    + pacing.ahead().getAsInt(),
                                            limit);
        };
    }

    /// Feeds all rows from those that are kept to the last one that is shown.
    private List<Told> wholly(int active, int to, List<Integer> asked) {
        int from = forgetAround();
        int finished = finished();
        List<Integer> order = order(from, to);
        List<Want> wants = new ArrayList<>();
        for (int position : asked) {
            wants.add(want(order.indexOf(teller(position)), position));
        }
        List<Finding> findings = context.ask(query(from, order, wants)).findings();
        if (pacing.subCache()) {
            around = new Around(active, finished, context.length());
        } else {
            context.truncate(finished);
        }
        return told(asked, findings);
    }

    /// What the model must say of a row for a place to be written, and for the policy to choose.
    private Want want(int row, int position) {
        return how.policy().looks() == RevealPolicy.Look.ENTROPY
                ? new Want.Law(row)
                : out.want(row, position - sure);
    }

    /// The row that tells a place.
    private int teller(int position) {
        return isForced(position) ? position - 1 : denoising.rowFor(position);
    }

    /// Whether a place is told by the last known row before it, and written as soon as it is.
    private boolean isForced(int position) {
        return position == first
                        && (pacing.foretelling() != Foretelling.NONE
                                || (denoising.shifted() && position == denoising.begin(position)))
                || (position < first && position >= sure);
    }

    /// Whether the rest of the block is there and only the active part is to be fed.
    private boolean usesAround(int active, int part, int position) {
        return around.isThere()
                && around.part == active
                && around.kept == denoising.begin(first)
                && teller(position) >= active
                && around.held + part <= context.card().maxLength();
    }

    /// Feeds the active part of a block, which sees the rest as it was.
    private List<Told> partly(int active, int part, List<Integer> masks) {
        int held = around.held;
        int to = Math.min(active + part, held);
        List<Integer> order = IntStream.range(active, to).boxed().toList();
        BitSet columns = new BitSet();
        columns.set(0, held + order.size());
        columns.clear(active, to);
        List<Want> wants = new ArrayList<>();
        for (int position : masks) {
            wants.add(want(teller(position) - active, position));
        }
        Query query =
                Query.feed(ids(order))
                        .at(line(order))
                        .seeing(
                                new Visibility.Given(
                                        IntStream.range(0, order.size())
                                                .mapToObj(_ -> columns)
                                                .toList()))
                        .wanting(wants);
        List<Finding> findings = context.ask(query).findings();
        context.truncate(held);
        return told(masks, findings);
    }

    /// Takes back rows of a block that was not finished.
    ///
    /// @return how many rows are kept
    private int forgetAround() {
        if (around.isThere()) {
            context.truncate(around.kept);
            around = Around.NOTHING;
        }
        return context.length();
    }

    /// The positions of a pass in the order in which they are fed.
    private List<Integer> order(int from, int to) {
        if (denoising.reading() != Reading.PREFIX) {
            return IntStream.range(from, to).boxed().toList();
        }
        List<Integer> order = new ArrayList<>();
        IntStream.range(from, to).filter(this::isKnown).forEach(order::add);
        IntStream.range(from, to).filter(position -> !isKnown(position)).forEach(order::add);
        return order;
    }

    private Query query(int from, List<Integer> order, List<Want> wants) {
        Query query = Query.feed(ids(order)).wanting(wants);
        return switch (denoising.reading()) {
            case BLOCKS ->
                    query.seeing(
                            new Visibility.Ranks(order.stream().map(denoising::blockOf).toList()));
            case CANVAS -> query.seeing(Visibility.FULL);
            case PREFIX -> isStraight(from, order) ? query : query.at(line(order));
        };
    }

    private static boolean isStraight(int from, List<Integer> order) {
        return IntStream.range(0, order.size()).allMatch(i -> order.get(i) == from + i);
    }

    private Tokens ids(List<Integer> order) {
        return Tokens.of(order.stream().mapToInt(this::id).toArray());
    }

    private static Tokens line(List<Integer> positions) {
        return Tokens.of(positions.stream().mapToInt(Integer::intValue).toArray());
    }

    private boolean isKnown(int position) {
        return position < start || chosen.containsKey(position);
    }

    private int id(int position) {
        if (position < start) {
            return request.prompt().get(position - base);
        }
        Choice choice = chosen.get(position);
        return choice == null ? mask : choice.token();
    }

    private List<Told> told(List<Integer> masks, List<Finding> findings) {
        return IntStream.range(0, masks.size())
                .mapToObj(i -> told(masks.get(i), findings.get(i)))
                .toList();
    }

    private Told told(int position, Finding finding) {
        return new Told(position, finding, out.law(finding, position - sure));
    }

    /// Lets the policy choose among the places, and writes what it chose.
    private void reveal(List<Told> told) {
        if (told.isEmpty()) {
            return;
        }
        boolean forced = isForced(told.getFirst().position);
        List<Told> written = new ArrayList<>(forced ? List.of(told.getFirst()) : List.of());
        List<Told> open = told.subList(written.size(), told.size());
        Map<Integer, Integer> candidates = new HashMap<>();
        if (!open.isEmpty()) {
            long began = System.nanoTime();
            List<Masked> masks = open.stream().map(each -> masked(each, candidates)).toList();
            Chance chance = request.chance().lane(POLICY).lane(passes);
            Revealing.Turn turn = new Revealing.Turn(step, denoising.block(), known(), chance);
            List<Integer> selected = revealing.select(masks, turn);
            selected.forEach(i -> written.add(open.get(i)));
            if (how.policy() instanceof RevealPolicy.GuidedPrefix) {
                context.ledger().draft(masks.size(), selected.size(), 0, System.nanoTime() - began);
            }
        }
        write(written, candidates);
    }

    /// The prompt and what is known after it without a gap.
    private Tokens known() {
        return Tokens.of(IntStream.range(base, first).map(this::id).toArray());
    }

    private Masked masked(Told told, Map<Integer, Integer> candidates) {
        RevealPolicy.Look looks = how.policy().looks();
        return switch (looks) {
            case PLACE -> new Masked(told.position, -1, Double.NaN, Double.NaN);
            case ENTROPY -> new Masked(told.position, -1, Double.NaN, entropy(told.finding));
            case CONFIDENCE, CANDIDATES -> {
                if (looks == RevealPolicy.Look.CONFIDENCE
                        && how.confidence() == BlockDiffusion.Confidence.BEST) {
                    yield new Masked(told.position, -1, best(told.finding), Double.NaN);
                }
                Chance chance = request.chance().lane(CANDIDATES).lane(passes);
                int token = chance.draw(told.law, told.position);
                candidates.put(told.position, token);
                double confidence =
                        how.confidence() == BlockDiffusion.Confidence.SAMPLED
                                ? told.law.probability(token)
                                : Math.exp(
                                        out.choice(told.finding, told.law, token).logProbability());
                yield new Masked(told.position, token, confidence, Double.NaN);
            }
        };
    }

    private static double best(Finding finding) {
        return switch (finding) {
            case Categorical law -> law.probability(law.argMax());
            case Excerpt excerpt -> excerpt.best().probability();
            default -> Double.NaN;
        };
    }

    private static double entropy(Finding finding) {
        return ((Categorical) finding).entropy();
    }

    /// Makes places known.
    ///
    /// @param candidates by position, where they were drawn before
    private void write(List<Told> places, Map<Integer, Integer> candidates) {
        for (Told told : places) {
            Integer drawn = candidates.get(told.position);
            int token = drawn == null ? request.chance().draw(told.law, told.position) : drawn;
            Choice choice = out.choice(told.finding, told.law, token);
            chosen.put(told.position, choice);
            if (request.stops().tokens().contains(token)) {
                end = Math.min(end, told.position + 1);
            }
            if (told.position > first) {
                out.show(told.position - start, choice, !seen.add(told.position));
            }
        }
    }

    /// Commits what is known without a gap, or of that, where drafts are verified, what is sure.
    ///
    /// @param upTo one past the last sure place
    private void settle(int upTo) {
        while (chosen.containsKey(first) && first < limit) {
            first++;
        }
        List<Choice> line = new ArrayList<>();
        int last = verifies() ? Math.min(upTo, first) : first;
        while (sure < last) {
            line.add(Objects.requireNonNull(chosen.get(sure++)));
        }
        if (out.isOpen()) {
            out.commitAll(line);
        }
        if (out.isOpen() && line.isEmpty() && out.isLate()) {
            out.cancel();
        }
    }
}
