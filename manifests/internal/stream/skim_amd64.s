#include "textflag.h"

// Each constant is a byte that the search compares with.
DATA ·lineFeed(SB)/1, $0x0A
GLOBL ·lineFeed(SB), RODATA|NOPTR, $1
DATA ·space(SB)/1, $0x20
GLOBL ·space(SB), RODATA|NOPTR, $1
DATA ·caseless(SB)/1, $0xDF
GLOBL ·caseless(SB), RODATA|NOPTR, $1
DATA ·breakHead(SB)/1, $0xC2
GLOBL ·breakHead(SB), RODATA|NOPTR, $1
DATA ·letterG(SB)/1, $0x47
GLOBL ·letterG(SB), RODATA|NOPTR, $1
DATA ·letterL(SB)/1, $0x4C
GLOBL ·letterL(SB), RODATA|NOPTR, $1

// singles has the CR and the backslash at their low four bits, so that a byte is one of them if it is what the table has for it. No other byte is:
// the table has 0 for those above 0x7F, and no entry but these two has its index in the low four bits.
DATA ·singles+0(SB)/8, $0x00000000000000FF
DATA ·singles+8(SB)/8, $0x00000D5C00000000
GLOBL ·singles(SB), RODATA|NOPTR, $16

// MATCH sets the bytes of a register for those of a block, at an offset from the next one, that may matter: a line break and no space behind it; a CR
// or a backslash; 0xC2, or 0xE2, of which the mask makes the same; a "g" and an "l" behind the next byte, in either case.
#define MATCH(offset, result) \
	VMOVDQU  (offset+0)(SI)(AX*1), Y7; \
	VPCMPEQB (offset+1)(SI)(AX*1), Y1, Y8; \
	VPCMPEQB Y7, Y0, result; \
	VPANDN   result, Y8, result; \
	VPSHUFB  Y7, Y2, Y8; \
	VPCMPEQB Y7, Y8, Y8; \
	VPOR     Y8, result, result; \
	VPAND    Y7, Y3, Y7; \
	VPCMPEQB Y7, Y4, Y8; \
	VPOR     Y8, result, result; \
	VPCMPEQB Y7, Y5, Y7; \
	VPAND    (offset+2)(SI)(AX*1), Y3, Y8; \
	VPCMPEQB Y8, Y6, Y8; \
	VPAND    Y8, Y7, Y7; \
	VPOR     Y7, result, result

// func skimBlocks(data *byte, n int) int
//
// A block is 32 bytes, and two more bytes behind it are compared, so that nothing behind data[:n] is read.
TEXT ·skimBlocks(SB), NOSPLIT, $0-24
	MOVQ data+0(FP), SI
	MOVQ n+8(FP), BX
	XORQ AX, AX
	SUBQ $34, BX
	JLT  none
	VPBROADCASTB   ·lineFeed(SB), Y0
	VPBROADCASTB   ·space(SB), Y1
	VBROADCASTI128 ·singles(SB), Y2
	VPBROADCASTB   ·caseless(SB), Y3
	VPBROADCASTB   ·breakHead(SB), Y4
	VPBROADCASTB   ·letterG(SB), Y5
	VPBROADCASTB   ·letterL(SB), Y6
	LEAQ           ·mayMatter(SB), DI
	LEAQ           ·mattersBehind(SB), R8
	MOVQ           $64, R9               // the bytes of the blocks that are compared
	SUBQ           $32, BX
	JLT            last

blocks: // two at once
	MATCH(0, Y9)
	MATCH(32, Y10)
	VPOR   Y9, Y10, Y11
	VPTEST Y11, Y11
	JNZ    found

next:
	ADDQ R9, AX
	CMPQ AX, BX
	JLE  blocks

last: // there may be one more
	CMPQ R9, $32
	JEQ  end
	MOVQ $32, R9
	ADDQ $32, BX
	CMPQ AX, BX
	JGT  end
	MATCH(0, Y9)
	VPMOVMSKB Y9, DX
	MOVQ      AX, BX // no two more
	TESTL     DX, DX
	JNZ       check
	ADDQ      $32, AX

end:
	VZEROUPPER

none:
	MOVQ AX, ret+16(FP)
	RET

found:
	VPMOVMSKB Y9, DX
	VPMOVMSKB Y10, CX
	SHLQ      $32, CX
	ORQ       CX, DX

check: // whether the next byte is one behind which the byte matters
	BSFQ    DX, CX
	ADDQ    AX, CX
	MOVBLZX (SI)(CX*1), R10
	MOVBLZX 1(SI)(CX*1), R11
	MOVBLZX (DI)(R10*1), R10
	TESTB   R10, (R8)(R11*1)
	JNZ     matters
	LEAQ    -1(DX), CX
	ANDQ    CX, DX
	JNZ     check
	JMP     next

matters:
	VZEROUPPER
	MOVQ CX, ret+16(FP)
	RET
