package kvbench.gpu;

import java.util.function.Function;

/** What the driver said, or why it did not. */
public sealed interface Reading<T> {

    /** What was asked for. */
    record Known<T>(T value) implements Reading<T> {}

    /**
     * Nothing.
     *
     * @param reason one line, without a full stop
     */
    record Absent<T>(String reason) implements Reading<T> {}

    static <T> Reading<T> of(T value) {
        return new Known<>(value);
    }

    static <T> Reading<T> absent(String reason) {
        return new Absent<>(reason);
    }

    /** The value as {@code function} turns it into another. */
    default <R> Reading<R> map(Function<? super T, ? extends R> function) {
        return then(value -> of(function.apply(value)));
    }

    /** What can be read once this has been. */
    default <R> Reading<R> then(Function<? super T, Reading<R>> next) {
        return switch (this) {
            case Known<T>(T value) -> next.apply(value);
            case Absent<T>(String reason) -> absent(reason);
        };
    }

    /** The value, or what {@code whenAbsent} makes of the reason. */
    default T orElse(Function<String, ? extends T> whenAbsent) {
        return switch (this) {
            case Known<T>(T value) -> value;
            case Absent<T>(String reason) -> whenAbsent.apply(reason);
        };
    }
}
