package org.cumae.train.world;

import org.cumae.Check;
import org.cumae.canvas.Address;
import org.cumae.canvas.Canvas;
import org.cumae.canvas.Element;
import org.cumae.canvas.Field;
import org.cumae.canvas.Layout;
import org.cumae.canvas.Moment;
import org.cumae.canvas.TokenType;
import org.cumae.noise.Noise;
import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// How a row for training is made of a scene: parts in order, of each a random share of its patches
/// in random order.
///
/// One grammar is one kind of question: `rgb0 f01 rgb1` teaches to see the next frame after a frame
/// and some motion. What a model is to answer it learns by a mixture of them.
///
/// @param parts in order
/// @param given how many of the first parts are told and not learned
/// @param window the side of the square, in patches, whose patches alone are kept, anew for each
///   row; empty for whole frames. Short rows show many scenes for the price of one, and what moved
///   where is found among a few patches before it is found among many
/// @see <a href="https://arxiv.org/abs/2509.09737">PSI 2025</a>
public record Grammar(List<Part> parts, int given, OptionalInt window) {
    private static final char BAR = '|';
    private static final Pattern WITHIN =
            Pattern.compile("\\s*within (?<window>[0-9]{1,3})\\s*:(?<rows>.*)");
    private static final Pattern PART =
            Pattern.compile(
                    "\\s*(?<type>[a-zA-Z]+)(?<moment>[0-9]*(?:-[0-9]+)?)"
                            + "(?:\\[(?<least>[0-9]{1,3})-(?<most>[0-9]{1,3})%"
                            + "(?:;\\s*(?<moving>[0-9]{1,3})% moving)?"
                            + "(?:;\\s*(?<raster>raster))?\\])?\\s*");

    /// A type at a moment.
    ///
    /// @param type its name
    /// @param moment when
    /// @param least the smallest share of its patches that is kept, in [0, 1]
    /// @param most the largest; what is kept is uniform between the two
    /// @param moving what share of those that are kept is chosen by how much they move, of a type
    ///   of motion; in [0, 1]
    /// @param raster whether they are told row by row and not in random order
    public record Part(
            String type, Moment moment, double least, double most, double moving, boolean raster) {
        /// Checks the shares.
        public Part {
            Check.argument(
                    0 <= least && least <= most && most <= 1,
                    "of %s%s a share of %s to %s is kept; both must lie in [0, 1], the smaller one"
                            + " first",
                    type,
                    moment,
                    least,
                    most);
            Check.argument(
                    moving >= 0 && moving <= 1,
                    "%s of the patches are chosen by motion; it must lie in [0, 1]",
                    moving);
        }

        /// A share of the patches, whatever moves.
        public static Part of(String type, Moment moment, double least, double most) {
            return new Part(type, moment, least, most, 0, false);
        }

        @Override
        public String toString() {
            String by = moving > 0 ? "; %.0f%% moving".formatted(100 * moving) : "";
            String in = raster ? "; raster" : "";
            return "%s%s[%.0f-%.0f%%%s%s]".formatted(type, moment, 100 * least, 100 * most, by, in);
        }
    }

    /// How fast a patch moves, to choose by.
    @FunctionalInterface
    public interface Speed {
        /// The speed of a patch of motion, 0 or more.
        double of(Element element);
    }

    /// Copies the list.
    public Grammar {
        parts = List.copyOf(parts);
        Check.argument(!parts.isEmpty(), "a grammar has no part; it needs one or more");
        Check.argument(
                given >= 0 && given < parts.size(),
                "%d of %d parts are given; there must be one behind them that is learned",
                given,
                parts.size());
        Check.argument(
                window.orElse(1) > 0,
                "the window has %d patches a side; it needs one or more",
                window.orElse(1));
    }

    /// A grammar of which all parts are learned.
    public static Grammar of(Part... parts) {
        return new Grammar(List.of(parts), 0, OptionalInt.empty());
    }

    /// Reads a grammar: parts with blanks between them, each a type, its moment and perhaps in
    /// brackets the share that is kept: `rgb0[20-100%] c01 | f01[0-100%; 75% moving] rgb1`. All is
    /// kept where nothing is said; what stands before a bar is given. `within 5: rgb0 | rgb1` is
    /// about windows of 5 x 5 patches; `rgb1[50-100%; raster]` goes row by row.
    ///
    /// @param layout what there is
    /// @throws IllegalArgumentException naming the part that is none
    public static Grammar parse(String text, Layout layout) {
        Matcher within = WITHIN.matcher(text);
        boolean isWithin = within.matches();
        OptionalInt window =
                isWithin
                        ? OptionalInt.of(Integer.parseInt(within.group("window")))
                        : OptionalInt.empty();
        String rows = isWithin ? within.group("rows") : text;
        int bar = rows.indexOf(BAR);
        List<Part> parts = new ArrayList<>(parts(rows.substring(0, Math.max(0, bar)), layout));
        int given = parts.size();
        parts.addAll(parts(rows.substring(bar + 1), layout));
        return new Grammar(parts, given, window);
    }

    private static List<Part> parts(String text, Layout layout) {
        List<Part> parts = new ArrayList<>();
        Matcher matcher = PART.matcher(text);
        int end = 0;
        while (matcher.lookingAt()) {
            String name = matcher.group("type") + matcher.group("moment");
            Field field =
                    layout.fields().stream()
                            .filter(each -> name.equals(each.type().name() + each.moment()))
                            .findFirst()
                            .orElseThrow(
                                    () ->
                                            new IllegalArgumentException(
                                                    "grammar '%s': there is no %s; there are %s"
                                                            .formatted(text, name, known(layout))));
            parts.add(
                    new Part(
                            field.type().name(),
                            field.moment(),
                            share(matcher.group("least"), 1),
                            share(matcher.group("most"), 1),
                            share(matcher.group("moving"), 0),
                            matcher.group("raster") != null));
            end = matcher.end();
            matcher.region(end, text.length());
        }
        Check.argument(
                end == text.length(),
                "grammar '%s': '%s' is no part; write a type, a moment, and perhaps a share, such as"
                        + " rgb0[20-100%%] or f01[0-100%%; 75%% moving]",
                text,
                text.substring(end));
        return parts;
    }

    private static double share(@Nullable String percent, double otherwise) {
        return percent == null ? otherwise : Integer.parseInt(percent) / 100.0;
    }

    private static String known(Layout layout) {
        return layout.fields().stream()
                .map(field -> field.type().name() + field.moment())
                .collect(Collectors.joining(", "));
    }

    /// A row.
    ///
    /// Where it does not fit, the last part is made shorter first, then those before it, the last
    /// of them first; parts of a single patch, such as a camera, stay.
    ///
    /// @param scene knows something of all parts; shares are of what it knows
    /// @param speed of patches of motion
    /// @param room how many tokens there is room for
    /// @param noise what is kept, and in which order
    /// @return without patches where not even one of each single part fits
    public Row row(Canvas scene, Speed speed, int room, Noise noise) {
        List<List<Element>> kept = new ArrayList<>();
        Predicate<Address> inside = inside(scene.layout(), noise);
        for (int i = 0; i < parts.size(); i++) {
            List<Element> known =
                    known(parts.get(i), scene).stream()
                            .filter(each -> inside.test(each.address()))
                            .collect(Collectors.toCollection(ArrayList::new));
            kept.add(kept(parts.get(i), known, speed, noise.at(i)));
        }
        int over = kept.stream().mapToInt(Row::tokens).sum() - room;
        for (int i = parts.size() - 1; i >= 0 && over > 0; i--) {
            List<Element> part = kept.get(i);
            if (cells(parts.get(i), scene.layout()).size() > 1 && !part.isEmpty()) {
                int each = Row.tokens(part) / part.size();
                int fewer = Math.min(part.size(), Math.ceilDiv(over, each));
                kept.set(i, part.subList(0, part.size() - fewer));
                over -= fewer * each;
            }
        }
        if (over > 0) {
            return Row.of(List.of());
        }
        int told = kept.stream().limit(given).mapToInt(List::size).sum();
        return new Row(kept.stream().flatMap(List::stream).toList(), told);
    }

    /// Whether a patch is in the window of a row, which lies where chance has it; what has one
    /// value a frame always is.
    private Predicate<Address> inside(Layout layout, Noise noise) {
        if (window.isEmpty()) {
            return _ -> true;
        }
        TokenType finest =
                parts.stream()
                        .map(part -> type(part, layout))
                        .max(Comparator.comparingInt(TokenType::rows))
                        .orElseThrow();
        int height = Math.min(window.getAsInt(), finest.rows());
        int width = Math.min(window.getAsInt(), finest.columns());
        int top = (int) (noise.uniform(0) * (finest.rows() - height + 1));
        int left = (int) (noise.uniform(1) * (finest.columns() - width + 1));
        return at -> {
            TokenType type = layout.field(at).type();
            int y = at.y() * finest.rows() / type.rows() - top;
            int x = at.x() * finest.columns() / type.columns() - left;
            return type.rows() == 1 || (0 <= y && y < height && 0 <= x && x < width);
        };
    }

    private static TokenType type(Part part, Layout layout) {
        return layout.field(new Address(part.type, part.moment, 0, 0)).type();
    }

    private static List<Address> cells(Part part, Layout layout) {
        return Layout.addresses(layout.field(new Address(part.type, part.moment, 0, 0)));
    }

    /// How many tokens a row has at least of which something is learned: as few of what is given as
    /// may be, and a patch more. What is given is made shorter only for what has one value a frame.
    ///
    /// @param layout what there is
    int leastLearned(Layout layout) {
        List<TokenType> learned =
                parts.subList(given, parts.size()).stream()
                        .map(part -> type(part, layout))
                        .toList();
        int patch = learned.stream().mapToInt(type -> type.levels() + 1).min().orElse(0);
        if (given == 0 || learned.stream().anyMatch(type -> type.cells() == 1)) {
            return type(parts.getFirst(), layout).levels() + 1 + patch; // the first is not learned
        }
        Predicate<Address> inside = inside(layout, Noise.of(0, 0)); // all windows are as large
        int told = 0;
        for (Part part : parts.subList(0, given)) {
            TokenType type = type(part, layout);
            long all = cells(part, layout).stream().filter(inside).count();
            told += (int) Math.round(part.least * all) * (type.levels() + 1);
        }
        return told + patch;
    }

    /// Whether a scene knows something of each part.
    public boolean fits(Canvas scene) {
        return parts.stream().noneMatch(part -> known(part, scene).isEmpty());
    }

    private static List<Element> known(Part part, Canvas scene) {
        List<Element> known = new ArrayList<>();
        for (Address cell : cells(part, scene.layout())) {
            scene.codes(cell).ifPresent(codes -> known.add(new Element(cell, codes)));
        }
        return known;
    }

    private static List<Element> kept(Part part, List<Element> all, Speed speed, Noise noise) {
        double share = part.least + (part.most - part.least) * noise.uniform(0);
        int count = (int) Math.round(share * all.size());
        List<Element> chosen = chosen(part, all, count, speed, noise);
        if (part.raster) {
            List<Element> inOrder = new ArrayList<>(all);
            inOrder.retainAll(Set.copyOf(chosen));
            return inOrder;
        }
        return chosen;
    }

    /// So many patches in random order.
    private static List<Element> chosen(
            Part part, List<Element> all, int count, Speed speed, Noise noise) {
        List<Element> shuffled = shuffled(all, noise.at(0));
        if (part.moving == 0) {
            return shuffled.subList(0, count);
        }
        List<Element> chosen = byMotion(shuffled, speed, part.moving * count, noise.at(1));
        shuffled.removeAll(chosen);
        chosen.addAll(shuffled.subList(0, count - chosen.size()));
        return shuffled(chosen, noise.at(2));
    }

    private static List<Element> shuffled(List<Element> all, Noise noise) {
        int[] places = new int[all.size()];
        Arrays.setAll(places, place -> place);
        noise.shuffle(places);
        List<Element> shuffled = new ArrayList<>(places.length);
        for (int place : places) {
            shuffled.add(all.get(place));
        }
        return shuffled;
    }

    /// So many patches, drawn without putting back in proportion to their speed: those whose clock,
    /// exponential with the speed as its rate, rings first.
    private static List<Element> byMotion(
            List<Element> from, Speed speed, double count, Noise noise) {
        record Timed(Element element, double rings) {}
        List<Timed> timed = new ArrayList<>();
        for (int i = 0; count >= 1 && i < from.size(); i++) {
            double fast = speed.of(from.get(i));
            if (fast > 0) {
                timed.add(new Timed(from.get(i), noise.exponential(i) / fast));
            }
        }
        return timed.stream()
                .sorted(Comparator.comparingDouble(Timed::rings))
                .limit((long) count)
                .map(Timed::element)
                .collect(Collectors.toCollection(ArrayList::new));
    }

    @Override
    public String toString() {
        String learned = words(parts.subList(given, parts.size()));
        String all = given == 0 ? learned : words(parts.subList(0, given)) + " | " + learned;
        return window.isPresent() ? "within %d: %s".formatted(window.getAsInt(), all) : all;
    }

    private static String words(List<Part> parts) {
        return parts.stream().map(Part::toString).collect(Collectors.joining(" "));
    }
}
