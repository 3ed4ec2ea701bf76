package org.cumae.psi;

import org.cumae.Check;
import org.cumae.canvas.Address;
import org.cumae.canvas.Canvas;
import org.cumae.canvas.Element;
import org.cumae.canvas.Field;
import org.cumae.canvas.Layout;
import org.cumae.canvas.Moment;
import org.cumae.engine.Engine;
import org.cumae.engine.EngineLimits;
import org.cumae.model.Model;
import org.cumae.model.Tokens;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.function.Function;

/// A world: a random-access model, where its variables live, and what their codes mean.
///
/// Programs know some types by their names: `rgb`, what is seen in a frame; `f`, how it moves from
/// one frame to another, (x, y) in pixels; `c`, how the camera moves, (x, y); `d`, the disparity of
/// a frame, which is the inverse of depth. A world need not have all of them, and may have others.
///
/// Safe for any thread. Closing it closes the model.
public final class World implements AutoCloseable {
    /// What is seen in a frame.
    public static final String RGB = "rgb";

    /// How what is seen moves from one frame to another.
    public static final String FLOW = "f";

    /// How the camera moves from one frame to another.
    public static final String CAMERA = "c";

    /// The disparity of what is seen in a frame.
    public static final String DEPTH = "d";

    private final String name;
    private final Layout layout;
    private final Map<String, Book> books;
    private final Engine engine;

    /// A world.
    ///
    /// @param name what messages call it
    /// @param layout where its variables live
    /// @param books what the codes of each type mean, by the type's name
    /// @param model what is asked; the world closes it
    /// @throws IllegalArgumentException if a type has no book, or the model's vocabulary is smaller
    ///   than the layout's
    public World(String name, Layout layout, Map<String, Book> books, Model model) {
        this.name = name;
        this.layout = layout;
        this.books = Map.copyOf(books);
        for (Field field : layout.fields()) {
            Check.argument(
                    books.containsKey(field.type().name()),
                    "type %s of world %s has no book that says what its codes mean",
                    field.type().name(),
                    name);
        }
        Check.argument(
                layout.vocabulary() <= model.card().vocabulary(),
                "world %s has %d ids and model %s knows %d",
                name,
                layout.vocabulary(),
                model.card().name(),
                model.card().vocabulary());
        this.engine = new Engine(model, EngineLimits.DEFAULT);
    }

    /// What messages call it.
    public String name() {
        return name;
    }

    /// Where its variables live.
    public Layout layout() {
        return layout;
    }

    /// What the codes of a type mean.
    ///
    /// @throws IllegalArgumentException if the world has no such type, listing those it has
    public Book book(String type) {
        Check.argument(
                books.containsKey(type),
                "world %s knows nothing of type '%s'; it was made of %s",
                name,
                type,
                String.join(", ", new TreeSet<>(books.keySet())));
        return Objects.requireNonNull(books.get(type));
    }

    /// Whether there are variables of a type at a moment.
    public boolean has(String type, Moment moment) {
        return layout.fields().stream()
                .anyMatch(
                        field -> field.type().name().equals(type) && field.moment().equals(moment));
    }

    /// All variables of a type at a moment, in raster order.
    ///
    /// @throws IllegalArgumentException if there are none, listing what there is
    public List<Address> cells(String type, Moment moment) {
        book(type);
        return Layout.addresses(layout.field(new Address(type, moment, 0, 0)));
    }

    /// How many frames it shows.
    public int frames() {
        return (int)
                layout.fields().stream().filter(field -> field.type().name().equals(RGB)).count();
    }

    /// What a canvas knows of a type at a moment, in raster order.
    ///
    /// @throws IllegalArgumentException if there are no such variables
    public List<Element> elements(Canvas canvas, String type, Moment moment) {
        return cells(type, moment).stream()
                .flatMap(
                        address ->
                                canvas
                                        .codes(address)
                                        .map(codes -> new Element(address, codes))
                                        .stream())
                .toList();
    }

    /// The same, where all must be known.
    ///
    /// @throws IllegalArgumentException if one is not
    public List<Element> whole(Canvas canvas, String type, Moment moment) {
        List<Element> elements = elements(canvas, type, moment);
        int cells = cells(type, moment).size();
        Check.argument(
                elements.size() == cells,
                "%s%s has %d patches, of which %d are known; give all of them",
                type,
                moment,
                cells,
                elements.size());
        return elements;
    }

    /// What a canvas knows of a type at a moment, as a raster; zero where it knows nothing.
    public Raster raster(Canvas canvas, String type, Moment moment) {
        return book(type).write(address -> canvas.codes(address).orElse(Tokens.NONE), moment);
    }

    /// Asks the world: runs a program with an empty belief, which is closed when it ends.
    ///
    /// @param program straight-line code; it may branch the belief, and closes the branches
    public <T> T ask(Function<? super Belief, ? extends T> program) {
        return engine.call(context -> program.apply(Belief.open(layout, context)));
    }

    /// How many requests run at this moment, and what they cost.
    public Engine engine() {
        return engine;
    }

    @Override
    public void close() {
        engine.close();
    }

    @Override
    public String toString() {
        return "World " + name;
    }
}
