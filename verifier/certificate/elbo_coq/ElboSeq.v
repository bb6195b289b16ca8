(* Sequences: places, what a sum over a slice is over, sums and products over an index. *)
From Elbo Require Export Elbo ElboTac ElboStep.
From Coq Require Export ZArith.
From Coq Require Import Lia FunctionalExtensionality.
Import ListNotations.
Open Scope R_scope.

(* ------------------------------------------------------------------ *)
(** * Places *)
(** from low to high, both included; none where high is below low *)
Definition range (low high : Z) : list Z :=
  map (fun n => (low + Z.of_nat n)%Z) (seq 0 (Z.to_nat (high - low + 1))).
Definition one (i : Z) : list Z := [i].
Definition both (l m : list Z) : list Z := l ++ m.
Definition without (l m : list Z) : list Z := filter (fun i => negb (existsb (Z.eqb i) m)) l.
Arguments range (_ _)%Z_scope.
Arguments one _%Z_scope.
(** what an index runs over *)
Definition upto (low high : Z) : domain := Domain Z (range low high).
Arguments upto (_ _)%Z_scope.

(* ------------------------------------------------------------------ *)
(** * Sequences *)
Definition put {T} (v : Z -> T) (i : Z) (a : T) : Z -> T := fun j => if Z.eqb j i then a else v j.
(** all that agree with v but at some places *)
Fixpoint paths (A : alphabet) (l : list Z) (v : Z -> A) : list (Z -> A) :=
  match l with
  | [] => [v]
  | i :: l' => flat_map (fun a => paths A l' (put v i a)) (enum A)
  end.
Definition seqs (A : alphabet) (l : list Z) (v : Z -> A) : domain := Domain (Z -> A) (paths A l v).
(** the elements of a slice in their order *)
Definition slice {T} (v : Z -> T) (low high : Z) : list T := map v (range low high).
Arguments slice {T} v (_ _)%Z_scope.
(** one that nothing is said of *)
Definition path (A : alphabet) : Z -> A := fun _ =>
  match enum A as l return l <> [] -> A with
  | [] => fun H => False_rect _ (H eq_refl)
  | a :: _ => fun _ => a
  end (enum_nonempty A).
