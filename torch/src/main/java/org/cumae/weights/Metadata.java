package org.cumae.weights;

import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;

/// What a file says beside its tensors: named values in the order of the file.
///
/// Each kind of value has two doors: the plain one answers "not there" with an empty result, the
/// one called `require…` refuses. Both refuse a value of another type, and name the key.
public final class Metadata {
    private final Path file;
    private final Map<String, MetadataValue> values;

    /// Values of a file, or values about to be written.
    ///
    /// @param file the file that messages name
    /// @param values the values by name; copied
    public Metadata(Path file, Map<String, MetadataValue> values) {
        this.file = file;
        this.values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }

    /// All names, in the order of the file.
    public Set<String> keys() {
        return values.keySet();
    }

    /// All values by name, in the order of the file.
    public Map<String, MetadataValue> values() {
        return values;
    }

    /// Whether the file has a value of that name.
    public boolean has(String key) {
        return values.containsKey(key);
    }

    /// A string.
    public Optional<String> text(String key) {
        return find(key, MetadataValue.Text.class, "a string").map(MetadataValue.Text::value);
    }

    /// A string that must be there.
    public String requireText(String key) {
        return text(key).orElseThrow(() -> missing(key, "a string"));
    }

    /// A truth value.
    public Optional<Boolean> flag(String key) {
        return find(key, MetadataValue.Flag.class, "a truth value").map(MetadataValue.Flag::value);
    }

    /// A length or count: a whole number from 0 to 2^31 - 1.
    public OptionalInt count(String key) {
        return find(key, MetadataValue.Whole.class, "a whole number")
                .map(whole -> OptionalInt.of(checkCount(key, whole.value())))
                .orElse(OptionalInt.empty());
    }

    /// A length or count that must be there.
    public int requireCount(String key) {
        return count(key).orElseThrow(() -> missing(key, "a whole number"));
    }

    /// A number; whole numbers count as numbers too.
    public OptionalDouble number(String key) {
        MetadataValue value = values.get(key);
        return switch (value) {
            case null -> OptionalDouble.empty();
            case MetadataValue.Real real -> OptionalDouble.of(real.value());
            case MetadataValue.Whole whole -> OptionalDouble.of((double) whole.value());
            case MetadataValue.Text _,
                    MetadataValue.Flag _,
                    MetadataValue.Texts _,
                    MetadataValue.Numbers _ ->
                    throw wrongType(key, value, "a number");
        };
    }

    /// A number that must be there.
    public double requireNumber(String key) {
        return number(key).orElseThrow(() -> missing(key, "a number"));
    }

    /// A list of strings.
    public Optional<List<String>> texts(String key) {
        return find(key, MetadataValue.Texts.class, "a list of strings")
                .map(MetadataValue.Texts::values);
    }

    /// A list of strings that must be there.
    public List<String> requireTexts(String key) {
        return texts(key).orElseThrow(() -> missing(key, "a list of strings"));
    }

    /// A list of numbers.
    public Optional<MetadataValue.Numbers> numbers(String key) {
        return find(key, MetadataValue.Numbers.class, "a list of numbers");
    }

    /// The file that messages name.
    Path file() {
        return file;
    }

    private int checkCount(String key, long value) {
        if (value < 0 || value > Integer.MAX_VALUE) {
            throw new WeightFileException(
                    file,
                    "metadata %s is %d; it must lie in [0, %d]",
                    Quoted.of(key),
                    value,
                    Integer.MAX_VALUE);
        }
        return (int) value;
    }

    private <T extends MetadataValue> Optional<T> find(String key, Class<T> type, String expected) {
        MetadataValue value = values.get(key);
        if (value == null) {
            return Optional.empty();
        }
        if (!type.isInstance(value)) {
            throw wrongType(key, value, expected);
        }
        return Optional.of(type.cast(value));
    }

    private WeightFileException wrongType(String key, MetadataValue value, String expected) {
        return new WeightFileException(
                file,
                "metadata %s is %s; it must be %s, so convert the model again",
                Quoted.of(key),
                describe(value),
                expected);
    }

    private WeightFileException missing(String key, String expected) {
        return new WeightFileException(
                file,
                "metadata %s is missing; it must be %s, so convert the model again",
                Quoted.of(key),
                expected);
    }

    /// A value in a few words: scalars as they are, lists by length.
    static String describe(MetadataValue value) {
        return switch (value) {
            case MetadataValue.Text text -> Quoted.of(text.value());
            case MetadataValue.Flag flag -> String.valueOf(flag.value());
            case MetadataValue.Whole whole ->
                    whole.type() == MetadataType.U64
                            ? Long.toUnsignedString(whole.value())
                            : String.valueOf(whole.value());
            case MetadataValue.Real real ->
                    real.type() == MetadataType.F32
                            ? String.valueOf((float) real.value())
                            : String.valueOf(real.value());
            case MetadataValue.Texts texts -> "a list of " + texts.values().size() + " strings";
            case MetadataValue.Numbers numbers ->
                    "a list of " + numbers.size() + " " + numbers.type() + " values";
        };
    }
}
