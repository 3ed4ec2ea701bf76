package org.cumae.canvas;

import org.cumae.Check;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// The addresses of typed variables, and the ids and positions that stand for them.
///
/// The position of a variable's pointer and codes is a function of its address alone, never of the
/// place in a row: `base(field) + (levels + 1) * cell + slot`, slot 0 for the pointer. Fields are
/// laid one behind the other in the order of adding, so adding some never moves a position or an id
/// that a trained model knows.
///
/// @param fields in the order of adding
public record Layout(List<Field> fields) {
    /// Holds nothing.
    public static final Layout EMPTY = new Layout(List.of());

    /// Copies the list.
    ///
    /// @throws IllegalArgumentException if a field is there twice, a name stands for two types, or
    ///   ranges of ids overlap that should not
    public Layout {
        fields = List.copyOf(fields);
        for (int i = 0; i < fields.size(); i++) {
            for (int j = 0; j < i; j++) {
                check(fields.get(j), fields.get(i));
            }
            for (Span codes : fields.get(i).type().codes()) {
                checkApart("the pointers", fields.get(i).pointers(), "the codes", codes);
            }
        }
    }

    private static void check(Field old, Field added) {
        boolean sameType = old.type().equals(added.type());
        Check.argument(
                sameType || !old.type().name().equals(added.type().name()),
                "two types are called %s; give one of them another name",
                added.type().name());
        Check.argument(
                !sameType || !old.moment().equals(added.moment()),
                "type %s is there at moment '%s' already",
                added.type().name(),
                added.moment());
        if (!sameType) {
            for (Span one : old.type().codes()) {
                for (Span other : added.type().codes()) {
                    checkApart(
                            "codes of " + old.type().name(),
                            one,
                            "codes of " + added.type().name(),
                            other);
                }
            }
        }
        boolean shared = sameType && old.pointers().equals(added.pointers());
        if (!shared) {
            checkApart(
                    "pointers of " + old.type().name(),
                    old.pointers(),
                    "pointers of " + added.type().name(),
                    added.pointers());
        }
        old.type()
                .codes()
                .forEach(
                        codes ->
                                checkApart(
                                        "codes of " + old.type().name(),
                                        codes,
                                        "pointers of " + added.type().name(),
                                        added.pointers()));
        added.type()
                .codes()
                .forEach(
                        codes ->
                                checkApart(
                                        "pointers of " + old.type().name(),
                                        old.pointers(),
                                        "codes of " + added.type().name(),
                                        codes));
    }

    private static void checkApart(String what, Span one, String whatElse, Span other) {
        Check.argument(
                !one.overlaps(other),
                "%s %s and %s %s overlap; new ranges begin at the layout's vocabulary()",
                what,
                one,
                whatElse,
                other);
    }

    /// A line of places whose variables share one pointer, the mask id: what a model that is asked
    /// in any order reads a text as. Codes are `[0, codes)`, and the mask id is `codes`.
    ///
    /// @param name of the type
    /// @param places how long the line is
    /// @param codes how many values a place can have
    public static Layout line(String name, int places, int codes) {
        TokenType type = new TokenType(name, 1, places, List.of(Span.of(0, codes)));
        return EMPTY.plus(new Field(type, Moment.ALWAYS, Span.of(codes, 1)));
    }

    /// This layout with one more field behind the others.
    public Layout plus(Field field) {
        List<Field> more = new ArrayList<>(fields);
        more.add(field);
        return new Layout(more);
    }

    /// This layout with a new type at some moments, its ids behind all others: a range of codes for
    /// each level, then pointers for each moment.
    ///
    /// @param name of the type
    /// @param rows of its grid
    /// @param columns of its grid
    /// @param sizes how many codes each level has
    /// @param moments when; at least one
    public Layout plus(String name, int rows, int columns, List<Integer> sizes, Moment... moments) {
        int next = vocabulary();
        List<Span> codes = new ArrayList<>();
        for (int size : sizes) {
            codes.add(Span.of(next, size));
            next += size;
        }
        TokenType type = new TokenType(name, rows, columns, codes);
        Layout extended = this;
        for (Moment moment : moments) {
            extended = extended.plus(new Field(type, moment, Span.of(next, type.cells())));
            next += type.cells();
        }
        return extended;
    }

    /// One past the largest id: where new ranges may begin.
    public int vocabulary() {
        return fields.stream()
                .flatMapToInt(
                        field ->
                                IntStream.concat(
                                        IntStream.of(field.pointers().to()),
                                        field.type().codes().stream().mapToInt(Span::to)))
                .max()
                .orElse(0);
    }

    /// One past the largest position.
    public int positions() {
        return fields.stream().mapToInt(Field::positions).sum();
    }

    /// The field of an address.
    ///
    /// @throws IllegalArgumentException if there is none, listing those that there are, or the cell
    ///   is outside the grid
    public Field field(Address address) {
        return fields.get(indexOf(address));
    }

    /// The id that names a variable.
    ///
    /// @throws IllegalArgumentException as [#field]
    public int pointer(Address address) {
        Field field = field(address);
        int cell = cell(field, address);
        return field.pointers().from() + (field.pointers().size() == 1 ? 0 : cell);
    }

    /// The position of a variable's pointer (slot 0) or of its code of a level (slot level + 1).
    ///
    /// @throws IllegalArgumentException as [#field], or if there is no such slot
    public int position(Address address, int slot) {
        int index = indexOf(address);
        Field field = fields.get(index);
        int slots = field.type().levels() + 1;
        Check.argument(
                slot >= 0 && slot < slots, "%s has slots [0, %d), and no %d", address, slots, slot);
        int base = fields.subList(0, index).stream().mapToInt(Field::positions).sum();
        return base + slots * cell(field, address) + slot;
    }

    /// All addresses of a field, in raster order.
    public static List<Address> addresses(Field field) {
        int columns = field.type().columns();
        return IntStream.range(0, field.type().cells())
                .mapToObj(
                        cell ->
                                new Address(
                                        field.type().name(),
                                        field.moment(),
                                        cell / columns,
                                        cell % columns))
                .toList();
    }

    /// All addresses, field after field, in raster order.
    public List<Address> addresses() {
        return fields.stream().flatMap(field -> addresses(field).stream()).toList();
    }

    /// Refuses a value that does not fit its address.
    ///
    /// @throws IllegalArgumentException naming the level, the code and its range
    public void check(Element element) {
        TokenType type = field(element.address()).type();
        Check.argument(
                element.codes().size() == type.levels(),
                "%s has %d codes; type %s has %d levels",
                element,
                element.codes().size(),
                type.name(),
                type.levels());
        for (int level = 0; level < type.levels(); level++) {
            Check.argument(
                    type.codes().get(level).contains(element.codes().get(level)),
                    "%s has code %d at level %d; codes there are %s",
                    element,
                    element.codes().get(level),
                    level,
                    type.codes().get(level));
        }
    }

    private int indexOf(Address address) {
        for (int i = 0; i < fields.size(); i++) {
            Field field = fields.get(i);
            if (field.type().name().equals(address.type())
                    && field.moment().equals(address.moment())) {
                cell(field, address);
                return i;
            }
        }
        throw new IllegalArgumentException(
                "the layout has no %s%s; it has %s"
                        .formatted(
                                address.type(),
                                address.moment(),
                                fields.stream()
                                        .map(field -> field.type().name() + field.moment())
                                        .collect(Collectors.joining(", "))));
    }

    private static int cell(Field field, Address address) {
        TokenType type = field.type();
        Check.argument(
                address.y() >= 0
                        && address.y() < type.rows()
                        && address.x() >= 0
                        && address.x() < type.columns(),
                "%s is outside the grid of type %s, which has %d rows and %d columns",
                address,
                type.name(),
                type.rows(),
                type.columns());
        return address.y() * type.columns() + address.x();
    }
}
