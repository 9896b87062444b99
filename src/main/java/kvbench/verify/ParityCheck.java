package kvbench.verify;

import kvbench.cache.CacheStrategy;
import kvbench.context.Parity;
import kvbench.engine.Engine;
import kvbench.model.ElementType;
import kvbench.text.Tokenizer;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Holds the strategies of a question against {@link CacheStrategy#NONE}, in this process.
 *
 * <p>A strategy that throws is answered as failed, and the others go on.
 */
final class ParityCheck {
    private final ParityQuestion question;
    private final Engine engine;
    private final Tokenizer tokenizer;
    private final CacheSource caches;
    private final Script script;

    /** A check on the brief script, in the words of {@code tokenizer}. */
    ParityCheck(ParityQuestion question, Engine engine, Tokenizer tokenizer, CacheSource caches) {
        this.question = question;
        this.engine = engine;
        this.tokenizer = tokenizer;
        this.caches = caches;
        this.script = Script.brief(tokenizer, engine.config().contextLength());
    }

    /**
     * Answers the reference first, whether it was asked for or not, and then each strategy as soon
     * as it is done.
     */
    void run(Consumer<Parity> answers) {
        List<CacheStrategy> strategies =
                question.strategies().stream()
                        .map(CacheStrategy::parse)
                        .filter(strategy -> strategy != CacheStrategy.NONE)
                        .toList();
        Transcript reference;
        try {
            reference = transcript(CacheStrategy.NONE);
        } catch (RuntimeException e) {
            Parity.Failed failure = failure(e);
            var noReference = new Parity.Failed("none, the reference, failed: " + failure.reason());
            answers.accept(answer(CacheStrategy.NONE, failure));
            strategies.forEach(strategy -> answers.accept(answer(strategy, noReference)));
            return;
        }
        answers.accept(
                answer(CacheStrategy.NONE, compared(CacheStrategy.NONE, reference, reference)));
        strategies.forEach(
                strategy -> answers.accept(answer(strategy, outcome(strategy, reference))));
    }

    private Parity.Outcome outcome(CacheStrategy strategy, Transcript reference) {
        try {
            return compared(strategy, transcript(strategy), reference);
        } catch (RuntimeException e) {
            // Whatever a strategy dies of is its answer.
            return failure(e);
        }
    }

    private Transcript transcript(CacheStrategy strategy) {
        return Transcript.of(engine, strategy, caches, script);
    }

    private Parity.Outcome compared(CacheStrategy strategy, Transcript said, Transcript reference) {
        Agreement agreement = Agreement.of(strategy, said, reference);
        String hash = sha256(said.tokens());
        if (agreement.agrees()) {
            return new Parity.Equal(
                    agreement.tokens(), hash, agreement.largestLogitDifference(), agreement.gap());
        }
        int first = agreement.agreeing();
        return new Parity.Different(
                agreement.tokens(),
                hash,
                first + 1,
                token(reference.tokens()[first]),
                token(said.tokens()[first]),
                agreement.largestLogitDifference(),
                agreement.gap(),
                isNearTie(agreement));
    }

    private boolean isNearTie(Agreement agreement) {
        return engine.computing().type() != ElementType.FLOAT32
                && new Tolerance(Tolerance.DEFAULT).holds(agreement);
    }

    private Parity.Token token(int id) {
        return new Parity.Token(id, tokenizer.decode(new int[] {id}));
    }

    private Parity answer(CacheStrategy strategy, Parity.Outcome outcome) {
        return answer(question, strategy.toString(), outcome);
    }

    static Parity answer(ParityQuestion question, String strategy, Parity.Outcome outcome) {
        return new Parity(
                question.model(),
                question.provider(),
                question.threads(),
                question.choices(),
                strategy,
                CacheStrategy.parse(strategy).exact(),
                outcome);
    }

    static Parity.Failed failure(RuntimeException error) {
        String message =
                Optional.ofNullable(error.getMessage()).orElse(error.getClass().getSimpleName());
        return new Parity.Failed(message.strip().replaceAll("\\s+", " "));
    }

    private static String sha256(int[] tokens) {
        String text =
                Arrays.stream(tokens).mapToObj(String::valueOf).collect(Collectors.joining(" "));
        try {
            return HexFormat.of()
                    .formatHex(
                            MessageDigest.getInstance("SHA-256")
                                    .digest(text.getBytes(StandardCharsets.US_ASCII)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
