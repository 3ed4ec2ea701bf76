package org.cumae.psi;

import org.cumae.canvas.Field;
import org.cumae.canvas.Layout;
import org.cumae.canvas.TokenType;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;

/// Reads a [Prompt] from left to right.
final class PromptParser {
    private static final String ARROW = "->";
    private static final int DIGITS = 6; // more than any grid needs

    private final String text;
    private final Layout layout;
    private int at;

    PromptParser(String text, Layout layout) {
        this.text = text;
        this.layout = layout;
    }

    Prompt prompt() {
        List<Prompt.Item> given = items();
        if (!text.startsWith(ARROW, at)) {
            throw wrong(at, "expected ',' or '->'");
        }
        at += ARROW.length();
        List<Prompt.Item> wanted = items();
        if (at < text.length()) {
            throw wrong(
                    at,
                    text.startsWith(ARROW, at)
                            ? "a second '->'; a prompt has one"
                            : "expected ',' or the end");
        }
        return new Prompt(given, wanted);
    }

    private List<Prompt.Item> items() {
        List<Prompt.Item> items = new ArrayList<>();
        do {
            skipSpace();
            int begin = at;
            Prompt.Item item = item();
            if (items.stream()
                    .anyMatch(
                            other ->
                                    other.type().equals(item.type())
                                            && other.moment().equals(item.moment()))) {
                throw wrong(
                        begin,
                        "%s%s stands here twice; name it once"
                                .formatted(item.type(), item.moment()));
            }
            items.add(item);
            skipSpace();
        } while (taken(','));
        return items;
    }

    private Prompt.Item item() {
        int begin = at;
        String type = word(Character::isLetter);
        if (type.isEmpty()) {
            throw wrong(at, "expected a type and a frame, such as rgb0");
        }
        int frame = at;
        String moment = word(c -> Character.isDigit(c) || isHyphen(c));
        if (layout.fields().stream().noneMatch(field -> field.type().name().equals(type))) {
            throw wrong(begin, "the world knows no type '%s'; it has %s".formatted(type, known()));
        }
        Field field =
                layout.fields().stream()
                        .filter(
                                each ->
                                        each.type().name().equals(type)
                                                && each.moment().toString().equals(moment))
                        .findFirst()
                        .orElseThrow(
                                () ->
                                        wrong(
                                                frame,
                                                "there is no %s%s; there are %s"
                                                        .formatted(type, moment, known())));
        Optional<Prompt.Selector> selector = Optional.empty();
        if (taken('[')) {
            selector = Optional.of(selector(field.type()));
            if (!taken(']')) {
                throw wrong(at, "expected ']'");
            }
        }
        Optional<Prompt.Way> way = taken(':') ? Optional.of(way()) : Optional.empty();
        return new Prompt.Item(type, field.moment(), selector, way);
    }

    private boolean isHyphen(int c) {
        return c == '-' && !text.startsWith(ARROW, at);
    }

    private String known() {
        return layout.fields().stream()
                .map(field -> field.type().name() + field.moment())
                .collect(Collectors.joining(", "));
    }

    private Prompt.Selector selector(TokenType type) {
        if (at < text.length() && Character.isDigit(text.charAt(at))) {
            int begin = at;
            int number = number("a cell or a percentage");
            if (taken('%')) {
                if (number > 100) {
                    throw wrong(begin, "%d %% is more than all".formatted(number));
                }
                return new Prompt.Selector.Share(number);
            }
            at = begin;
            return cells(type);
        }
        String name = word(c -> Character.isLetterOrDigit(c) || c == '_' || isHyphen(c));
        return switch (name) {
            case "" ->
                    throw wrong(
                            at,
                            "expected all, none, a percentage, cells 'y,x;y,x' or a mask's name");
            case "all" -> new Prompt.Selector.All();
            case "none" -> new Prompt.Selector.None();
            default -> new Prompt.Selector.Named(name);
        };
    }

    private Prompt.Selector cells(TokenType type) {
        List<Cell> cells = new ArrayList<>();
        do {
            int begin = at;
            int y = number("a row");
            if (!taken(',')) {
                throw wrong(at, "expected ',' and a column, or '%'");
            }
            int x = number("a column");
            if (y >= type.rows() || x >= type.columns()) {
                throw wrong(
                        begin,
                        "cell %d,%d is outside the grid of %s, which has %d rows and %d columns"
                                .formatted(y, x, type.name(), type.rows(), type.columns()));
            }
            Cell cell = new Cell(y, x);
            if (cells.contains(cell)) {
                throw wrong(begin, "cell %s stands here twice".formatted(cell));
            }
            cells.add(cell);
        } while (taken(';'));
        return new Prompt.Selector.Cells(cells);
    }

    private Prompt.Way way() {
        int begin = at;
        String name = word(c -> Character.isLetterOrDigit(c));
        return switch (name) {
            case "seq" -> new Prompt.Way.Sequential();
            case "par" -> new Prompt.Way.Parallel();
            case "argmax" -> new Prompt.Way.ArgMax();
            case "s2p" -> {
                if (!taken('=')) {
                    throw wrong(at, "expected '=' and how many are drawn one after the other");
                }
                yield new Prompt.Way.Then(number("how many are drawn one after the other"));
            }
            default ->
                    throw wrong(
                            begin,
                            "no option '%s'; known: seq, par, s2p=N, argmax".formatted(name));
        };
    }

    private int number(String what) {
        int begin = at;
        String digits = word(Character::isDigit);
        if (digits.isEmpty()) {
            throw wrong(begin, "expected " + what);
        }
        if (digits.length() > DIGITS) {
            throw wrong(begin, "%s is too large".formatted(digits));
        }
        return Integer.parseInt(digits);
    }

    private String word(IntPredicate letters) {
        int begin = at;
        while (at < text.length() && letters.test(text.charAt(at))) {
            at++;
        }
        return text.substring(begin, at);
    }

    private boolean taken(char wanted) {
        boolean here = at < text.length() && text.charAt(at) == wanted;
        at += here ? 1 : 0;
        return here;
    }

    private void skipSpace() {
        word(Character::isWhitespace);
    }

    private PromptException wrong(int position, String what) {
        return new PromptException(text, position + 1, what);
    }
}
