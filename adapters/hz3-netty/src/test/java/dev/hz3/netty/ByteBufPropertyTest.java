package dev.hz3.netty;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Random steps on a buffer of the heap and on Netty's own buffer in an array: the same answers, the same refusals, the same bytes.
final class ByteBufPropertyTest {

    private static final String SEED = "hz3.seed";
    private static final int SEEDS = 150;
    private static final int STEPS = 400;
    private static final int MAX_CAPACITY = 3_000;

    /// One thing that is done to either buffer; what it says is compared.
    @FunctionalInterface
    private interface Step {
        Object on(ByteBuf buffer, int a, int b);
    }

    /// A step's name is its place in the list.
    private static final List<Step> STEPS_THERE_ARE = List.of(
            (buffer, a, _) -> buffer.writeByte(a).writerIndex(),
            (buffer, a, _) -> buffer.writeShort(a).writerIndex(),
            (buffer, a, _) -> buffer.writeShortLE(a).writerIndex(),
            (buffer, a, _) -> buffer.writeMedium(a).writerIndex(),
            (buffer, a, _) -> buffer.writeMediumLE(a).writerIndex(),
            (buffer, a, _) -> buffer.writeInt(a).writerIndex(),
            (buffer, a, b) -> buffer.writeLong((long) a << 32 | b).writerIndex(),
            (buffer, a, _) -> buffer.writeDouble(a).writerIndex(),
            (buffer, a, b) -> buffer.writeBytes(bytes(a, b)).writerIndex(),
            (buffer, a, b) -> buffer.writeBytes(ByteBuffer.wrap(bytes(a, b))).writerIndex(),
            (buffer, a, b) -> buffer.writeBytes(Unpooled.wrappedBuffer(bytes(a, b))).writerIndex(),
            (buffer, a, b) -> buffer.writeBytes(Unpooled.wrappedBuffer(bytes(a, b / 2), bytes(b, b / 2 + 1))).writerIndex(),
            (buffer, _, b) -> buffer.writeZero(b).writerIndex(),
            (buffer, a, _) -> buffer.writeCharSequence("zweiundzwanzig " + a, StandardCharsets.UTF_8),
            (buffer, _, _) -> buffer.readByte(),
            (buffer, _, _) -> buffer.readUnsignedShort(),
            (buffer, _, _) -> buffer.readShortLE(),
            (buffer, _, _) -> buffer.readMedium(),
            (buffer, _, _) -> buffer.readUnsignedMediumLE(),
            (buffer, _, _) -> buffer.readInt(),
            (buffer, _, _) -> buffer.readUnsignedIntLE(),
            (buffer, _, _) -> buffer.readLong(),
            (buffer, _, _) -> buffer.readFloat(),
            (buffer, _, b) -> ByteBufUtil.hexDump(released(buffer.readBytes(b))),
            (buffer, _, b) -> buffer.readSlice(b).toString(StandardCharsets.ISO_8859_1),
            (buffer, _, b) -> released(buffer.readRetainedSlice(b)).length,
            (buffer, _, b) -> buffer.skipBytes(b).readerIndex(),
            (buffer, a, _) -> buffer.setByte(index(a), a).getByte(index(a)),
            (buffer, a, b) -> buffer.setLong(index(a), b).getLongLE(index(a)),
            (buffer, a, b) -> buffer.setBytes(index(a), bytes(b, b)).getUnsignedByte(index(a)),
            (buffer, a, b) -> buffer.setZero(index(a), b).getInt(index(a)),
            (buffer, a, b) -> buffer.setBytes(index(a), buffer, index(b), index(b)).getMediumLE(index(a)),
            (buffer, a, _) -> buffer.readerIndex(index(a)).readableBytes(),
            (buffer, a, _) -> buffer.writerIndex(index(a)).writableBytes(),
            (buffer, a, _) -> buffer.capacity(index(a)).capacity() + " " + buffer.readerIndex() + " " + buffer.writerIndex(),
            (buffer, _, b) -> buffer.ensureWritable(b, false) > 2,
            (buffer, _, b) -> buffer.ensureWritable(b, true) == 1,
            (buffer, _, _) -> buffer.discardReadBytes().readerIndex(),
            (buffer, _, _) -> buffer.discardSomeReadBytes().readableBytes(),
            (buffer, _, _) -> buffer.markReaderIndex().markWriterIndex().clear().resetWriterIndex().resetReaderIndex().readableBytes(),
            (buffer, a, _) -> buffer.bytesBefore((byte) a),
            (buffer, a, b) -> buffer.indexOf(index(a), index(b), (byte) a),
            (buffer, a, _) -> buffer.forEachByte(value -> value != (byte) a),
            (buffer, a, _) -> buffer.forEachByteDesc(value -> value != (byte) a),
            (buffer, _, _) -> buffer.hashCode(),
            (buffer, _, _) -> buffer.equals(Unpooled.copiedBuffer(buffer)) && buffer.compareTo(Unpooled.copiedBuffer(buffer)) == 0,
            (buffer, _, _) -> buffer.toString(StandardCharsets.US_ASCII),
            (buffer, a, b) -> ByteBufUtil.hexDump(released(buffer.copy(index(a), b))),
            (buffer, a, b) -> buffer.slice(index(a), b).setByte(0, a).getByte(0),
            (buffer, a, b) -> buffer.duplicate().setIndex(index(a), index(b)).readableBytes(),
            (buffer, a, _) -> buffer.asReadOnly().setByte(index(a), a),
            (buffer, a, b) -> buffer.nioBuffer(index(a), b).remaining(),
            (buffer, a, b) -> buffer.nioBuffers(index(a), b).length,
            (buffer, a, b) -> buffer.getCharSequence(index(a), b, StandardCharsets.ISO_8859_1).toString(),
            (buffer, _, _) -> buffer.retain().refCnt() + (buffer.release() ? "gone" : "kept"),
            (buffer, _, _) -> buffer.isReadable() + " " + buffer.isWritable() + " " + buffer.maxWritableBytes() + " " + buffer.maxCapacity());

    private static int index(int random) {
        return random % 400 - 8; // sometimes where nothing is
    }

    private static byte[] bytes(int seed, int length) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private static byte[] released(ByteBuf buffer) {
        byte[] bytes = ByteBufUtil.getBytes(buffer);
        buffer.release();
        return bytes;
    }

    @Test
    void netty_would_say_the_same_at_each_step() {
        Long only = Long.getLong(SEED);
        for (long seed = only == null ? 0 : only; seed < (only == null ? SEEDS : only + 1); seed++) {
            live(seed);
        }
    }

    private static void live(long seed) {
        Random random = new Random(seed);
        try (Fixture on = new Fixture()) {
            int capacity = 1 + random.nextInt(300);
            ByteBuf ours = on.proven(on.allocator.directBuffer(capacity, MAX_CAPACITY)).setZero(0, capacity);
            ByteBuf theirs = Unpooled.buffer(capacity, MAX_CAPACITY);
            for (int i = 0; i < STEPS; i++) {
                int step = random.nextInt(STEPS_THERE_ARE.size());
                int a = random.nextInt(Integer.MAX_VALUE);
                int b = random.nextInt(60);
                int before = ours.capacity();
                String where = "-D" + SEED + "=" + seed + ", step " + i + " is " + step + ", a=" + a + ", b=" + b;
                assertEquals(said(theirs, step, a, b), said(ours, step, a, b), where);
                clear(ours, before);
                clear(theirs, before);
                assertEquals(theirs.capacity(), ours.capacity(), where);
                assertEquals(theirs.readerIndex(), ours.readerIndex(), where);
                assertEquals(theirs.writerIndex(), ours.writerIndex(), where);
                assertEquals(ByteBufUtil.hexDump(theirs, 0, theirs.capacity()), ByteBufUtil.hexDump(ours, 0, ours.capacity()), where);
            }
            on.proven(ours).release();
            theirs.release();
        }
    }

    /// What a buffer gains when it grows has no contents yet: an array is zero, a block is not.
    private static void clear(ByteBuf buffer, int from) {
        if (buffer.capacity() > from) {
            int first = Math.max(from, buffer.writerIndex());
            buffer.setZero(first, buffer.capacity() - first);
        }
    }

    private static String said(ByteBuf buffer, int step, int a, int b) {
        try {
            return String.valueOf(STEPS_THERE_ARE.get(step).on(buffer, a, b));
        } catch (IndexOutOfBoundsException refusal) { // an array says so in its own way
            return IndexOutOfBoundsException.class.getName();
        } catch (RuntimeException refusal) {
            return refusal.getClass().getName();
        }
    }
}
