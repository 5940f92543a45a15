package dev.hz3.example.arrow;

import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowFileReader;
import org.apache.arrow.vector.ipc.ArrowFileWriter;

/// Reads a file of record batches and keeps them all, sums them up, closes them, and is silent: what stays?
///
///     java -cp … dev.hz3.example.arrow.ReadComputeClose hz3 [BATCHES] [SECONDS]
public final class ReadComputeClose {

    private static final int ROWS = 65_536;
    private static final int WARM_JOBS = 3;
    private static final int JOBS = 3;
    private static final long SETTLE_MILLIS = 2_000;

    private ReadComputeClose() {}

    /// See the class.
    public static void main(String[] args) throws Exception {
        int batches = args.length > 1 ? Integer.parseInt(args[1]) : 100;
        int silentSeconds = args.length > 2 ? Integer.parseInt(args[2]) : 5;
        Path file = Files.createTempFile("hz3-example", ".arrow");
        try (RootAllocator root = ManagerChoice.rootOn(args[0]); Resident resident = new Resident(root::getAllocatedMemory)) {
            resident.phase("write");
            write(root, file, batches);
            for (int i = 0; i < WARM_JOBS; i++) {
                readComputeClose(root, resident, file);
            }
            resident.phase("silence");
            Thread.sleep(SETTLE_MILLIS);
            long base = Resident.bytes();
            for (int i = 0; i < JOBS; i++) {
                long top = readComputeClose(root, resident, file);
                resident.phase("silence");
                Thread.sleep(1_000);
                long later = Resident.bytes();
                System.out.println("figure burst_bytes " + (top - base));
                System.out.println("figure held_bytes " + later);
                System.out.println("figure left_bytes " + (later - base));
                System.out.println("figure left_share " + (double) (later - base) / (top - base));
                Thread.sleep(silentSeconds * 1000L - 1_000);
                System.out.println("figure left_at_last_bytes " + (Resident.bytes() - base));
            }
        } finally {
            Files.delete(file);
        }
        System.exit(0);
    }

    private static void write(RootAllocator root, Path file, int batches) throws IOException {
        Random random = new Random(24);
        try (BigIntVector ids = new BigIntVector("id", root);
                Float8Vector values = new Float8Vector("value", root);
                VarCharVector names = new VarCharVector("name", root);
                VectorSchemaRoot batch = VectorSchemaRoot.of(ids, values, names);
                FileOutputStream out = new FileOutputStream(file.toFile());
                ArrowFileWriter writer = new ArrowFileWriter(batch, null, out.getChannel())) {
            writer.start();
            for (int i = 0; i < batches; i++) {
                for (int row = 0; row < ROWS; row++) {
                    ids.setSafe(row, i * (long) ROWS + row);
                    values.setSafe(row, random.nextDouble());
                    names.setSafe(row, ("name " + random.nextInt(1_000_000)).getBytes(StandardCharsets.US_ASCII));
                }
                batch.setRowCount(ROWS);
                writer.writeBatch();
            }
            writer.end();
        }
    }

    /// @return what the process held when all was read
    private static long readComputeClose(RootAllocator root, Resident resident, Path file) throws IOException {
        resident.phase("read");
        List<VectorSchemaRoot> kept = new ArrayList<>();
        try (FileInputStream in = new FileInputStream(file.toFile()); ArrowFileReader reader = new ArrowFileReader(in.getChannel(), root)) {
            while (reader.loadNextBatch()) {
                kept.add(reader.getVectorSchemaRoot().slice(0));
            }
        }
        resident.phase("compute");
        long ids = 0;
        double values = 0;
        for (VectorSchemaRoot batch : kept) {
            BigIntVector idsOfBatch = (BigIntVector) batch.getVector("id");
            Float8Vector valuesOfBatch = (Float8Vector) batch.getVector("value");
            for (int row = 0; row < batch.getRowCount(); row++) {
                ids += idsOfBatch.get(row);
                values += valuesOfBatch.get(row);
            }
        }
        long rows = kept.size() * (long) ROWS;
        if (ids != rows * (rows - 1) / 2 || values <= 0) {
            throw new IllegalStateException("read otherwise than it was written: ids=" + ids + ", values=" + values);
        }
        long top = Resident.bytes();
        resident.phase("close");
        kept.forEach(VectorSchemaRoot::close);
        return top;
    }
}
