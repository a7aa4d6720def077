#include "textflag.h"

// Each constant is a byte that the search compares with.
DATA ·lineFeed(SB)/1, $0x0A
GLOBL ·lineFeed(SB), RODATA|NOPTR, $1
DATA ·delete(SB)/1, $0x7F
GLOBL ·delete(SB), RODATA|NOPTR, $1
DATA ·beforeSpace(SB)/1, $0x1F
GLOBL ·beforeSpace(SB), RODATA|NOPTR, $1

// func scanBlocks(data *byte, n, from int, lines *int, room int) (size, found int)
//
// A block is 32 bytes.
TEXT ·scanBlocks(SB), NOSPLIT, $0-56
	MOVQ data+0(FP), SI
	MOVQ n+8(FP), BX
	MOVQ from+16(FP), R8
	MOVQ lines+24(FP), DI
	MOVQ room+32(FP), R9
	XORQ AX, AX
	MOVQ DI, R10
	LEAQ -256(DI)(R9*8), R9 // up to here, there is room for the lines of a block
	SUBQ $32, BX
	VPBROADCASTB ·lineFeed(SB), Y0
	VPBROADCASTB ·delete(SB), Y1
	VPBROADCASTB ·beforeSpace(SB), Y2

block:
	CMPQ      AX, BX
	JG        done
	CMPQ      R10, R9
	JHI       done
	VMOVDQU   (SI)(AX*1), Y3
	VPCMPEQB  Y3, Y0, Y4           // a line break
	VPCMPGTB  Y2, Y3, Y5           // no control character, and in ASCII: the bytes are compared as signed numbers
	VPCMPEQB  Y3, Y1, Y6           // a DEL
	VPANDN    Y5, Y6, Y5
	VPOR      Y4, Y5, Y5
	VPMOVMSKB Y5, CX
	CMPL      CX, $-1
	JNE       done
	VPMOVMSKB Y4, DX
	LEAQ      1(R8)(AX*1), R11     // where a line begins if the block begins with a line break
	ADDQ      $32, AX
	TESTL     DX, DX
	JZ        block

line:
	BSFL DX, CX
	ADDQ R11, CX
	MOVQ CX, (R10)
	ADDQ $8, R10
	LEAL -1(DX), CX
	ANDL CX, DX
	JNZ  line
	JMP  block

done:
	VZEROUPPER
	SUBQ DI, R10
	SHRQ $3, R10
	MOVQ AX, size+40(FP)
	MOVQ R10, found+48(FP)
	RET
