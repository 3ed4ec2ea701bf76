package org.cumae.psi;

import org.cumae.Check;
import org.cumae.canvas.Address;
import org.cumae.canvas.Canvas;
import org.cumae.canvas.Element;
import org.cumae.canvas.TokenType;
import org.cumae.decode.FillRequest;
import org.cumae.decode.Filled;
import org.cumae.distribution.Categorical;
import org.cumae.distribution.KeyedChance;
import org.cumae.distribution.Sampling;
import org.cumae.model.Ledger;
import org.cumae.noise.Noise;
import org.cumae.order.Order;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/// A prompt, with all that it needs to be answered.
///
/// @param world whom to ask
/// @param prompt what
/// @param seen where the values of what is given are found; it may know more
/// @param masks what names in the prompt stand for
/// @param sampling how values are drawn
/// @param seed of orders, random choices and draws
public record Inquiry(
        World world,
        Prompt prompt,
        Canvas seen,
        Map<String, Mask> masks,
        Sampling sampling,
        long seed) {
    private static final int GIVEN = 0; // lanes of noise
    private static final int ORDERS = 1;
    private static final int DRAWS = 2;

    /// Copies the map.
    public Inquiry {
        masks = Map.copyOf(masks);
    }

    /// A prompt as it stands: values by the world's own law.
    public static Inquiry of(World world, String prompt, Canvas seen, long seed) {
        return new Inquiry(
                world, Prompt.parse(prompt, world.layout()), seen, Map.of(), Sampling.PLAIN, seed);
    }

    /// What came of it.
    ///
    /// @param canvas what was given and what was written
    /// @param written what was, in the order of writing
    /// @param ways how each wanted item was drawn, in words
    /// @param exact whether it is a draw from the world's own joint law: one after the other, at
    ///   temperature 1, of all ids
    /// @param seed of it
    /// @param cost passes and rows
    public record Outcome(
            Canvas canvas,
            List<Filled.Written> written,
            List<String> ways,
            boolean exact,
            long seed,
            Ledger.Entry cost) {
        /// Copies the lists.
        public Outcome {
            written = List.copyOf(written);
            ways = List.copyOf(ways);
        }
    }

    /// Draws what is wanted, item after item.
    ///
    /// @throws IllegalArgumentException if a value that is given is not known, a mask has no name,
    ///   or nothing of what is wanted is left to draw
    public Outcome run() {
        List<Element> given = given();
        List<Filled.Written> written = new ArrayList<>();
        List<String> ways = new ArrayList<>();
        return world.ask(
                belief -> {
                    belief.observe(given);
                    boolean exact = Sampling.PLAIN.equals(sampling);
                    for (int i = 0; i < prompt.wanted().size(); i++) {
                        Prompt.Item item = prompt.wanted().get(i);
                        Prompt.Way way = item.way().orElse(new Prompt.Way.Sequential());
                        write(belief, targets(belief.known(), item), way, i, written);
                        ways.add(
                                String.format(
                                        Locale.ROOT,
                                        "%s%s %s",
                                        item.type(),
                                        item.moment(),
                                        way.words()));
                        exact &= way instanceof Prompt.Way.Sequential;
                    }
                    return new Outcome(
                            belief.known().copy(), written, ways, exact, seed, belief.cost());
                });
    }

    private void write(
            Belief belief,
            List<Address> targets,
            Prompt.Way way,
            int item,
            List<Filled.Written> written) {
        Order random = Order.random(targets.size(), noise(ORDERS).at(item));
        KeyedChance chance = new KeyedChance(noise(DRAWS).at(item));
        switch (way) {
            case Prompt.Way.Sequential _ ->
                    written.addAll(written(belief, targets, random, sampling, chance));
            case Prompt.Way.ArgMax _ ->
                    written.addAll(written(belief, targets, random, Sampling.GREEDY, chance));
            case Prompt.Way.Parallel _ ->
                    written.addAll(
                            written(
                                    belief,
                                    targets,
                                    Order.together(targets.size()),
                                    sampling,
                                    chance));
            case Prompt.Way.Then(int steps) -> {
                List<Address> line = random.line().stream().map(targets::get).toList();
                List<Address> first = line.subList(0, Math.min(steps, line.size()));
                List<Address> rest = line.subList(first.size(), line.size());
                if (!first.isEmpty()) {
                    written.addAll(
                            written(belief, first, Order.raster(first.size()), sampling, chance));
                }
                if (!rest.isEmpty()) {
                    written.addAll(
                            written(
                                    belief,
                                    rest,
                                    Order.together(rest.size()),
                                    Sampling.GREEDY,
                                    chance));
                }
            }
        }
    }

    private static List<Filled.Written> written(
            Belief belief, List<Address> targets, Order order, Sampling how, KeyedChance chance) {
        FillRequest.Samplings samplings = (_, _) -> how;
        return belief.write(targets, order, samplings, chance).written();
    }

    /// The known values that the prompt gives, in the order of telling.
    ///
    /// @throws IllegalArgumentException as [#run]
    public List<Element> given() {
        List<Element> given = new ArrayList<>();
        for (Prompt.Item item : prompt.given()) {
            Check.argument(
                    item.way().isEmpty(),
                    "%s is given, so ':%s' has nothing to draw; put it behind the arrow",
                    item,
                    item.way().map(Object::toString).orElse(""));
            for (Address address : selected(item, GIVEN)) {
                given.add(
                        new Element(
                                address,
                                seen.codes(address)
                                        .orElseThrow(
                                                () ->
                                                        new IllegalArgumentException(
                                                                "%s is given and has no value; supply it, or take it out of the prompt"
                                                                        .formatted(address)))));
            }
        }
        return given;
    }

    private List<Address> targets(Canvas known, Prompt.Item item) {
        List<Address> targets = known.unknown(selected(item, DRAWS));
        Check.argument(
                !targets.isEmpty(),
                "all of %s is given already; ask for what is not, or give less of it",
                item);
        return targets;
    }

    private List<Address> selected(Prompt.Item item, int lane) {
        List<Address> cells = world.cells(item.type(), item.moment());
        Prompt.Selector selector = item.selector().orElse(new Prompt.Selector.All());
        return switch (selector) {
            case Prompt.Selector.All _ -> cells;
            case Prompt.Selector.None _ -> List.of();
            case Prompt.Selector.Share(int percent) ->
                    Order.random(cells.size(), noise(lane).at(cells.size())).line().stream()
                            .limit(Math.round(cells.size() * percent / 100.0))
                            .map(cells::get)
                            .toList();
            case Prompt.Selector.Cells(List<Cell> listed) ->
                    cells.stream().filter(at -> listed.contains(Cell.of(at))).toList();
            case Prompt.Selector.Named(String name) -> {
                Check.argument(
                        masks.containsKey(name),
                        "there is no mask '%s'; known: %s",
                        name,
                        masks.isEmpty() ? "none" : String.join(", ", masks.keySet()));
                Mask mask = Objects.requireNonNull(masks.get(name));
                TokenType type = world.book(item.type()).type();
                Check.argument(
                        mask.rows() == type.rows() && mask.columns() == type.columns(),
                        "mask '%s' is of %d x %d cells and %s of %d x %d",
                        name,
                        mask.rows(),
                        mask.columns(),
                        type.name(),
                        type.rows(),
                        type.columns());
                yield cells.stream().filter(at -> mask.has(at.y(), at.x())).toList();
            }
        };
    }

    private Noise noise(int lane) {
        return Noise.of(seed, lane);
    }

    /// How surprising the truth is: what the wanted values cost, in nats, given what is given.
    /// Items that are drawn one after the other are judged so, those that are drawn at once each by
    /// its own law, and `s2p` by both.
    ///
    /// @param truth knows all that is wanted
    public double surprise(Canvas truth) {
        List<Element> given = given();
        return world.ask(
                belief -> {
                    belief.observe(given);
                    double sum = 0;
                    for (int i = 0; i < prompt.wanted().size(); i++) {
                        Prompt.Item item = prompt.wanted().get(i);
                        List<Address> targets = targets(belief.known(), item);
                        List<Element> line =
                                Order.random(targets.size(), noise(ORDERS).at(i)).line().stream()
                                        .map(targets::get)
                                        .map(at -> element(truth, at))
                                        .toList();
                        int steps =
                                switch (item.way().orElse(new Prompt.Way.Sequential())) {
                                    case Prompt.Way.Sequential _, Prompt.Way.ArgMax _ ->
                                            line.size();
                                    case Prompt.Way.Parallel _ -> 0;
                                    case Prompt.Way.Then(int n) -> Math.min(n, line.size());
                                };
                        sum -= total(belief, line.subList(0, steps));
                        belief.observe(line.subList(0, steps));
                        sum -= apart(belief, line.subList(steps, line.size()));
                        belief.observe(line);
                    }
                    return sum;
                });
    }

    private static Element element(Canvas truth, Address at) {
        return new Element(
                at,
                truth.codes(at)
                        .orElseThrow(
                                () ->
                                        new IllegalArgumentException(
                                                at + " is to be judged and has no true value")));
    }

    private static double total(Belief belief, List<Element> line) {
        return belief.logProbabilities(line).stream().mapToDouble(Double::doubleValue).sum();
    }

    /// Each variable by itself: one pass where a variable has one code.
    private static double apart(Belief belief, List<Element> elements) {
        if (elements.isEmpty()) {
            return 0;
        }
        if (elements.getFirst().codes().size() > 1) {
            return elements.stream().mapToDouble(each -> total(belief, List.of(each))).sum();
        }
        List<Categorical> laws = belief.laws(elements.stream().map(Element::address).toList());
        double sum = 0;
        for (int i = 0; i < laws.size(); i++) {
            sum += laws.get(i).logProbability(elements.get(i).codes().get(0));
        }
        return sum;
    }

    /// What the question comes to, in words: what is given and wanted, how many rows that is, and
    /// what it takes.
    public String explain() {
        List<Element> given = given();
        List<String> lines = new ArrayList<>();
        int rows = 0;
        for (Prompt.Item item : prompt.given()) {
            int levels = world.book(item.type()).type().levels();
            int cells = selected(item, GIVEN).size();
            rows += cells * (levels + 1);
            lines.add(
                    "given   %-12s %4d patches, %5d rows"
                            .formatted(item, cells, cells * (levels + 1)));
        }
        Canvas known = new Canvas(world.layout());
        given.forEach(known::observe);
        for (Prompt.Item item : prompt.wanted()) {
            int levels = world.book(item.type()).type().levels();
            int cells = known.unknown(selected(item, DRAWS)).size();
            rows += cells * (levels + 1);
            Prompt.Way way = item.way().orElse(new Prompt.Way.Sequential());
            int passes =
                    levels
                            * switch (way) {
                                case Prompt.Way.Sequential _, Prompt.Way.ArgMax _ -> cells;
                                case Prompt.Way.Parallel _ -> 1;
                                case Prompt.Way.Then(int n) ->
                                        Math.min(cells, n) + (n < cells ? 1 : 0);
                            };
            lines.add(
                    "wanted  %-12s %4d patches, %5d rows, %4d passes: %s"
                            .formatted(item, cells, cells * (levels + 1), passes, way.words()));
        }
        lines.add(
                "in all  %d rows of %d that a context holds"
                        .formatted(rows, world.engine().card().maxLength()));
        return lines.stream().collect(Collectors.joining("\n"));
    }
}
