package kvbench.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import kvbench.cache.CacheStrategy;
import kvbench.cache.KvCache;
import kvbench.checkpoint.ModelFolder;
import kvbench.checkpoint.Progress;
import kvbench.device.AllocatorChoice;
import kvbench.engine.Engine;
import kvbench.engine.Provider;
import kvbench.generate.Decoder;
import kvbench.reference.TinyFolder;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.Optional;

/** The host's ledger where the caches lie on a device, which is set by hand. */
class MemoryMeterOnDeviceTest {
    private static final int DEPTH = 8;

    @TempDir Path folder;

    private long used = 100;

    @Test
    void aCacheOnADeviceIsNoMemoryOfTheHost() {
        Path model = TinyFolder.write(folder.resolve("tiny"), 512);
        try (var engine =
                new Engine(ModelFolder.find(model.toString()), Provider.CPU, 1, Progress.SILENT)) {
            var device = new DeviceMeter(() -> Figure.of(used));
            MemoryMeter.Loading loading = MemoryMeter.beforeLoading(engine.checkpoint().files());
            Decoder decoder = engine.decoder(CacheStrategy.STATIC);
            device.loaded(engine.allocator(CacheStrategy.STATIC), AllocatorChoice.MALLOC);
            MemoryMeter meter =
                    loading.doneOn(
                            device, engine.allocator(CacheStrategy.STATIC), engine.geometry());
            meter.takeBaseline();
            assertEquals(Optional.empty(), meter.deviceLedger());
            meter.begin();
            try (KvCache cache = engine.cache(CacheStrategy.STATIC, DEPTH)) {
                decoder.begin(cache);
                decoder.prefill(new int[DEPTH]);
                used = 350;
                Ledger ledger = meter.end("fill", cache, 1);

                assertEquals(Figure.of(cache.heldBytes()), ledger.kvHeld());
                assertEquals(ledger.kvHeld(), ledger.kvUntouched());
                assertEquals(
                        Figure.of(0),
                        ledger.kvAnalytic().plus(ledger.kvSlack()).minus(ledger.kvUntouched()));
                assertEquals(Figure.of(250), ledger.deviceUsed());
                DeviceLedger onDevice = meter.deviceLedger().orElseThrow();
                assertEquals(Figure.of(cache.heldBytes()), onDevice.kvHeld());
                assertEquals(Figure.of(0), onDevice.kvArena());
                assertTrue(onDevice.weights().value() > 0, onDevice.toString());
            }
        }
    }
}
